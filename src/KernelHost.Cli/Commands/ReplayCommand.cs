using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Runs.Replay;

namespace KernelHost.Cli.Commands;

/// <summary><c>replay RUN</c></summary>
internal static class ReplayCommand
{
    private const int ValueLimit = 80;

    public static Command Create(CommandExecution execute)
    {
        var run = new Argument<string>("RUN") { Description = "The run's id." };
        return new Command(
            "replay",
            "Executes a recorded run again with model, tools and people answering from the journal, and compares every event. Ends with 0 when all are equal, else with 1. Asks no model, calls no tool, writes nothing.")
        {
            run,
        }.Does(execute, context => ReplayAsync(context, Unknown.CheckId("a run", "run_", context.Get(run)!)));
    }

    private static async Task<int> ReplayAsync(CliContext context, string runId)
    {
        _ = await context.Host.Journal.FindRunAsync(runId, context.CancellationToken) ?? throw Unknown.Run(context, runId);
        var report = await context.Host.ReplayAsync(runId, context.CancellationToken);
        var code = report.IsEqual ? ExitCode.Done : ExitCode.Failed;
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, Document(report, code));
        }
        else
        {
            Write(context.Screen, report);
        }

        return code;
    }

    private static void Write(Screen screen, ReplayReport report)
    {
        foreach (var note in report.Notes)
        {
            screen.Tell($"note: {TerminalText.Line(note, 1000)}");
        }

        if (report.IsEqual)
        {
            screen.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Equal: all {report.RecordedEvents} events of {report.RunId} were reproduced byte for byte."));
            return;
        }

        if (report.Decisions.Count > 0)
        {
            screen.Out.WriteLine("Decisions that differ:");
            DecisionTable.Write(screen, report.Decisions, withRun: false);
            screen.Out.WriteLine();
        }

        var table = new Table("Sequence", "Event", "Member", "Recorded", "Replayed");
        foreach (var difference in report.Differences)
        {
            table.Add(difference.Sequence.ToString(CultureInfo.InvariantCulture), difference.Event, difference.Member, Shorten(difference.Recorded), Shorten(difference.Replayed));
        }

        table.Write(screen);
        screen.Tell(string.Create(CultureInfo.InvariantCulture,
            $"Different: {report.Differences.Count} differences; {report.RecordedEvents} events recorded, {report.ReplayedEvents} replayed."));
    }

    private static string Shorten(string? value) => value is null ? "nothing" : TerminalText.Line(value, ValueLimit);

    private static JsonObject Document(ReplayReport report, int code) => new()
    {
        ["runId"] = report.RunId,
        ["sessionId"] = report.SessionId,
        ["agent"] = report.Agent,
        ["equal"] = report.IsEqual,
        ["recordedEvents"] = report.RecordedEvents,
        ["replayedEvents"] = report.ReplayedEvents,
        ["recordedPolicyVersion"] = report.RecordedPolicyVersion,
        ["policyVersion"] = report.PolicyVersion,
        ["notes"] = JsonOutput.Strings(report.Notes),
        ["decisions"] = JsonOutput.Array(report.Decisions, DecisionTable.Json),
        ["differences"] = JsonOutput.Array(report.Differences, static difference => new JsonObject
        {
            ["sequence"] = difference.Sequence,
            ["event"] = difference.Event,
            ["member"] = difference.Member,
            ["recorded"] = Node(difference.Recorded),
            ["replayed"] = Node(difference.Replayed),
        }),
        ["exitCode"] = code,
    };

    // Values are JSON already, but for the two sequences of an event that moved, which are numbers and so JSON, too.
    private static JsonNode? Node(string? json) => json is null ? null : JsonNode.Parse(json);
}
