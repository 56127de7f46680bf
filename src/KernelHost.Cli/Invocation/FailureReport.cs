using System.Text.Json.Nodes;
using KernelHost.Agents;
using KernelHost.Cli.Output;
using KernelHost.Hosting;
using KernelHost.Manifests;
using KernelHost.Memory;
using KernelHost.Memory.Evaluation;
using KernelHost.Models;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Invocation;

/// <summary>What went wrong, as one message and an exit code. A stack trace is shown to nobody who did not ask for it.</summary>
internal static class FailureReport
{
    // Enough for every error of a file with a hundred; a hostile one does not fill the terminal.
    private const int MessageLength = 20_000;
    private const int LineLength = 1_000;
    private const int LineEnd = 300;

    public static int Write(Screen screen, bool json, Verbosity verbosity, Exception exception)
    {
        var code = ExitCodeOf(exception);
        var message = Message(exception, code);
        screen.Tell($"error: {TerminalText.Prose(message)}");
        if (verbosity == Verbosity.Diagnostic)
        {
            screen.Tell(TerminalText.Prose(exception.ToString()));
        }

        if (json)
        {
            JsonOutput.Write(screen, new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["exitCode"] = code } });
        }

        return code;
    }

    private static int ExitCodeOf(Exception exception) => exception switch
    {
        UsageException or ConfigurationException or AgentException or PolicyException or EvaluationException => ExitCode.Usage,
        OperationCanceledException => ExitCode.Interrupted,
        _ => ExitCode.Failed,
    };

    private static string Message(Exception exception, int code)
    {
        var message = exception switch
        {
            ConfigurationException { Errors: [var only] } => only,
            ConfigurationException configuration => $"The configuration has {configuration.Errors.Count} errors:{string.Concat(configuration.Errors.Select(error => $"\n  {error}"))}",
            _ when code == ExitCode.Interrupted => "Interrupted before anything was started.",
            UsageException or AgentException or PolicyException or EvaluationException or RunException or JournalException or MemoryException or ModelException or PluginException => exception.Message,
            IOException or UnauthorizedAccessException => $"{exception.Message} Check the path and its permissions.",
            _ => $"Something unexpected went wrong ({exception.GetType().Name}): {FirstLine(exception.Message)} Run the command again with '--verbosity diagnostic' for the details.",
        };
        message = string.Join('\n', message.Split('\n').Select(Shorten));
        return message.Length > MessageLength ? message[..MessageLength] + "…" : message;
    }

    // The culprit stands at the beginning of a message and the cure at its end; what is long lies between.
    private static string Shorten(string line) => line.Length <= LineLength ? line : $"{line[..(LineLength - LineEnd)]} … {line[^LineEnd..]}";

    private static string FirstLine(string text) => text.ReplaceLineEndings("\n").Split('\n')[0];
}
