using System.Text.Json;

namespace KernelHost.Cli.Tests.Support;

/// <summary>What a command line came to.</summary>
internal sealed record CliResult(int ExitCode, string Out, string Error)
{
    /// <summary>Standard output as the one document it must be.</summary>
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    /// <summary>Checks the exit code and shows everything when it is another.</summary>
    public CliResult Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"expected exit code {exitCode}, got {ExitCode}\n--- stdout\n{Out}\n--- stderr\n{Error}");
        return this;
    }

    /// <summary>Checks what holds for every failure: one message in words, no stack trace, nothing that drives a terminal.</summary>
    public CliResult ExpectFailure(int exitCode, string message)
    {
        Expect(exitCode);
        Assert.Contains("error: ", Error, StringComparison.Ordinal);
        Assert.Contains(message, Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', Error);
        Assert.DoesNotContain('\u202e', Error);
        Assert.True(Error.Length < 30_000, $"the message has {Error.Length} characters");
        return this;
    }
}
