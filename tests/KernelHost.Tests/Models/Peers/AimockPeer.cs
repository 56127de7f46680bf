using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace KernelHost.Tests.Models.Peers;

/// <summary>
/// A protocol peer nobody here wrote: the npm package aimock as a process of its own, installed once beside the test assembly. It
/// speaks OpenAI's, Anthropic's and Ollama's protocols and keeps a journal of what it was sent.
/// </summary>
public sealed partial class AimockPeer : IAsyncLifetime
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new();
    private Process? _process;
    private Uri? _address;
    private string? _missing;

    /// <summary>The peer's root address. Skips the test, with the reason, where the peer cannot run.</summary>
    public Uri Address
    {
        get
        {
            Assert.SkipWhen(_missing is not null, _missing ?? "");
            return _address!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        var directory = Path.Combine(AppContext.BaseDirectory, "model-peer");
        var package = Path.Combine(directory, "node_modules", "@copilotkit", "aimock");
        _missing = IsInstalled(directory, package) ? null : await InstallAsync(directory);
        if (_missing is null)
        {
            await StartAsync(directory, Path.Combine(package, "dist", "cli.js"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is { } process)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }

            process.Dispose();
        }
    }

    /// <summary>The bodies of the requests whose text contains a phrase, oldest first: what was really sent.</summary>
    public async Task<JsonElement[]> SentAsync(string phrase)
    {
        var text = await _http.GetStringAsync(new Uri(Address, "/__aimock/journal?limit=1000"), TestContext.Current.CancellationToken);
        using var journal = JsonDocument.Parse(text);
        var entries = journal.RootElement.ValueKind == JsonValueKind.Array ? journal.RootElement : journal.RootElement.GetProperty("entries");
        return
        [
            .. entries.EnumerateArray()
                .Where(entry => entry.TryGetProperty("body", out var body) && body.GetRawText().Contains(phrase, StringComparison.Ordinal))
                .OrderBy(entry => entry.GetProperty("timestamp").GetInt64())
                .Select(entry => entry.GetProperty("body").Clone()),
        ];
    }

    private static async Task<string?> InstallAsync(string directory)
    {
        // npm is a script on Windows, which only its shell can start.
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", ["/c", "npm", "ci", "--no-audit", "--no-fund"])
            : new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]);
        start.WorkingDirectory = directory;
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        try
        {
            using var npm = Process.Start(start)!;
            using var limit = new CancellationTokenSource(InstallLimit);
            var output = npm.StandardOutput.ReadToEndAsync(limit.Token);
            var error = npm.StandardError.ReadToEndAsync(limit.Token);
            try
            {
                await npm.WaitForExitAsync(limit.Token);
                await output;
                return npm.ExitCode == 0 ? null : $"The protocol peer 'aimock' could not be installed: npm ci ended with {npm.ExitCode}: {Cause(await error)}";
            }
            catch (OperationCanceledException)
            {
                npm.Kill(entireProcessTree: true);
                return $"The protocol peer 'aimock' could not be installed: npm ci took longer than {InstallLimit}.";
            }
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return $"The protocol peer 'aimock' needs npm, which cannot be started here: {exception.Message}";
        }
    }

    // npm's first lines tell the code and the cause; the last one only where its log is.
    private static string Cause(string text) => string.Join(' ', text
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Where(line => line.StartsWith("npm error", StringComparison.Ordinal))
        .Take(4));

    private static bool IsInstalled(string directory, string package)
    {
        var installed = Path.Combine(package, "package.json");
        return File.Exists(installed) && Version(installed, "version") == Version(Path.Combine(directory, "package.json"), "dependencies", "@copilotkit/aimock");
    }

    private static string? Version(string file, params string[] path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return path.Aggregate(document.RootElement, (element, name) => element.GetProperty(name)).GetString();
    }

    private async Task StartAsync(string directory, string cli)
    {
        var start = new ProcessStartInfo("node", [cli, "--port", "0", "--fixtures", Path.Combine(directory, "fixtures.json"), "--strict", "--log-level", "info"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = directory,
        };
        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            _missing = $"The protocol peer 'aimock' needs node, which cannot be started here: {exception.Message}";
            return;
        }

        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new System.Collections.Concurrent.ConcurrentQueue<string>();
        void Hear(object sender, DataReceivedEventArgs arguments)
        {
            if (arguments.Data is { } line)
            {
                said.Enqueue(line);
                if (Listening().Match(line) is { Success: true } match)
                {
                    listening.TrySetResult(new Uri(match.Groups[1].Value));
                }
            }
        }

        _process.OutputDataReceived += Hear;
        _process.ErrorDataReceived += Hear;
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"aimock ended at once: {string.Join(" | ", said)}"));
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _address = await listening.Task.WaitAsync(StartLimit);
    }

    [GeneratedRegex(@"listening on (http://\S+)")]
    private static partial Regex Listening();
}

/// <summary>Shares one peer among the classes that talk to it; the others never pay for it.</summary>
[CollectionDefinition(Name)]
public sealed class AimockGroup : ICollectionFixture<AimockPeer>
{
    public const string Name = "aimock";
}
