using System.Text.Json.Nodes;
using KernelHost.Cli.Output;
using KernelHost.Runs.Replay;

namespace KernelHost.Cli.Commands;

/// <summary>Calls that are decided otherwise than they were.</summary>
internal static class DecisionTable
{
    private const int ArgumentsLimit = 100;

    public static void Write(Screen screen, IEnumerable<DecisionChange> changes, bool withRun)
    {
        string[] headings = ["Call", "Tool", "Arguments", "Recorded", "Now", "Succeeded"];
        var table = new Table(withRun ? ["Run", .. headings] : headings);
        foreach (var change in changes)
        {
            string[] cells =
            [
                change.CallId,
                change.Tool,
                ValueText.Arguments(change.Arguments, ArgumentsLimit),
                Words(change.Recorded),
                Words(change.Replayed),
                change.Blocks ? "yes, BLOCKED now" : change.Succeeded ? "yes" : "no",
            ];
            table.Add(withRun ? [change.RunId, .. cells] : cells);
        }

        table.Write(screen);
    }

    public static JsonObject Json(DecisionChange change) => new()
    {
        ["runId"] = change.RunId,
        ["callId"] = change.CallId,
        ["tool"] = change.Tool,
        ["arguments"] = JsonOutput.Arguments(change.Arguments),
        ["recorded"] = Json(change.Recorded),
        ["replayed"] = Json(change.Replayed),
        ["succeeded"] = change.Succeeded,
        ["blocked"] = change.Blocks,
    };

    private static string Words(DecidedAs? decided) => decided switch
    {
        null => "not decided",
        { Rule.Length: 0 } => $"{decided.Verdict} ({TerminalText.Line(decided.Reason, ArgumentsLimit)})",
        _ => $"{decided.Verdict} ({decided.Rule})",
    };

    private static JsonObject? Json(DecidedAs? decided) => decided is null ? null : new()
    {
        ["verdict"] = decided.Verdict,
        ["rule"] = decided.Rule,
        ["reason"] = decided.Reason,
    };
}
