using System.CommandLine;
using System.CommandLine.Invocation;
using KernelHost.Cli.Commands;
using KernelHost.Cli.Output;

namespace KernelHost.Cli.Invocation;

/// <summary>Parses a command line, runs its command, and turns whatever goes wrong into one message and an exit code.</summary>
internal sealed class CommandRunner(Screen screen, Interrupts interrupts)
{
    private const string DotnetRun = "--dotnet-run";

    /// <summary>Runs a command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(string[] arguments)
    {
        var dotnetRun = arguments.Length > 0 && arguments[0] == DotnetRun;
        var globals = new GlobalOptions();
        var root = CommandTree.Create(globals, (parse, body) => ExecuteAsync(globals, parse, dotnetRun, body));

        // A request may begin with '@', and '-abc' is a typing error rather than three options.
        var parse = root.Parse(dotnetRun ? arguments[1..] : arguments, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (parse.Action is ParseErrorAction || (parse.Errors.Count == 0 && ParseProblem.StrayOption(parse) is not null))
        {
            return Refuse(globals, parse);
        }

        var code = await parse.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = screen.Out,
            Error = screen.Error,
        });
        await screen.Out.FlushAsync();
        return screen.OutStream?.Failure is { } lost ? TellLost(lost, code) : code;
    }

    // Whatever the command has done is done. A code that says more than 'done' stays.
    private int TellLost(IOException lost, int code)
    {
        screen.Tell($"error: The output could not be written: {TerminalText.Line(lost.Message).TrimEnd('.')}. Free some space or write it elsewhere; what the command has done is not undone.");
        return code == ExitCode.Done ? ExitCode.Failed : code;
    }

    private async Task<int> ExecuteAsync(GlobalOptions globals, ParseResult parse, bool dotnetRun, Func<CliContext, Task<int>> body)
    {
        var json = globals.IsJson(parse);
        var verbosity = globals.VerbosityOf(parse);
        try
        {
            var options = CliOptions.Read(globals, parse, dotnetRun);
            screen.Color &= !options.NoColor;
            await using var context = new CliContext(parse, options, screen, interrupts);
            return await body(context);
        }
#pragma warning disable CA1031 // The boundary of the program: whatever comes becomes a message and an exit code, never a stack trace.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return FailureReport.Write(screen, json, verbosity, exception);
        }
    }

    private int Refuse(GlobalOptions globals, ParseResult parse)
    {
        if (parse.Tokens.Count == 0)
        {
            screen.Error.WriteLine("kernelhost: say what to do.");
            parse.RootCommandResult.Command.Parse("--help").Invoke(new InvocationConfiguration { Output = screen.Error });
            return ExitCode.Usage;
        }

        return FailureReport.Write(screen, ParseProblem.WantsJson(globals, parse), Verbosity.Normal, new UsageException(ParseProblem.Describe(parse)));
    }
}
