using System.Diagnostics;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;

namespace KernelHost.Cli.Tests.Support;

/// <summary>A fresh working directory with a data directory, and command lines in it: as processes, or in this one where a process would prove no more.</summary>
internal sealed class TestHome : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public TestHome(string name = "home")
    {
        Root = Directory.CreateTempSubdirectory("kernelhost-cli-").FullName;
        Work = Directory.CreateDirectory(Path.Combine(Root, name)).FullName;
        Data = Path.Combine(Work, "data");
    }

    public string Root { get; }

    public string Work { get; }

    public string Data { get; set; }

    public string Write(string name, string text)
    {
        var path = Path.Combine(Work, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Runs the built command as a process, with its standard input closed.</summary>
    public Task<CliResult> RunAsync(params string[] arguments) => RunAsync("", arguments);

    /// <summary>Runs the built command as a process.</summary>
    public async Task<CliResult> RunAsync(string input, string[] arguments)
    {
        using var process = Start(arguments);
        return await FinishAsync(process, input);
    }

    public Process Start(params string[] arguments) => Process.Start(StartInfo(CliPaths.Executable, [.. arguments, "--data", Data]))!;

    public Process Start((string Name, string Value) variable, params string[] arguments)
    {
        var start = StartInfo(CliPaths.Executable, [.. arguments, "--data", Data]);
        start.Environment[variable.Name] = variable.Value;
        return Process.Start(start)!;
    }

    /// <summary>Runs a line in the shell, as the user who copies it from the screen.</summary>
    public async Task<CliResult> ShellAsync(string line)
    {
        using var process = Process.Start(StartInfo("/bin/sh", ["-c", line]))!;
        return await FinishAsync(process, "");
    }

    public static async Task<CliResult> FinishAsync(Process process, string input)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            try
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), patience.Token);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // A command that needs no input may be gone before it is written.
            }

            await process.WaitForExitAsync(patience.Token);
            return new CliResult(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Runs a command line in this process, with the plugins of the built command; its agents lie beside the tests, too.</summary>
    /// <param name="input">Standard input.</param>
    /// <param name="isTerminal">Whether somebody sits there who can be asked.</param>
    /// <param name="arguments">The command line; <c>--data</c> is added.</param>
    public Task<CliResult> CallAsync(string input, bool isTerminal, params string[] arguments) =>
        CallExactlyAsync(input, isTerminal, [.. arguments, "--data", Data, "--plugins", CliPaths.Plugins]);

    public Task<CliResult> CallAsync(params string[] arguments) => CallAsync("", isTerminal: false, arguments);

    /// <summary>Runs a command line in this process as it stands.</summary>
    public static Task<CliResult> CallPlainAsync(params string[] arguments) => CallExactlyAsync("", isTerminal: false, arguments);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (IOException)
        {
            // Windows keeps a plugin's files while it is unloading; the system empties its temporary directory itself.
        }
    }

    private static async Task<CliResult> CallExactlyAsync(string input, bool isTerminal, string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var screen = new Screen(new StringReader(input), output, error) { InIsTerminal = isTerminal, ErrorIsTerminal = isTerminal };
        using var interrupts = new Interrupts(screen, listens: false);
        var code = await new CommandRunner(screen, interrupts).RunAsync(arguments);
        return new CliResult(code, output.ToString(), error.ToString());
    }

    private ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Work,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("KernelHost__", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        return start;
    }
}
