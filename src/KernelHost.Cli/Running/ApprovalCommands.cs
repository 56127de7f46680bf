using KernelHost.Cli.Invocation;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Running;

/// <summary>The commands that answer an approval, as JSON names them.</summary>
internal static class ApprovalCommands
{
    public static IEnumerable<KeyValuePair<string, string>> For(ApprovalSummary approval, CommandEcho echo)
    {
        var id = approval.ApprovalId;
        if (approval.Kind != ApprovalKind.Outcome)
        {
            yield return new("approveCommand", echo.For("approvals", "approve", id, "--resume"));
            yield return new("denyCommand", echo.For("approvals", "deny", id, "--reason", "REASON", "--resume"));
            if (approval.Kind == ApprovalKind.Action)
            {
                yield return new("respondCommand", echo.For("approvals", "respond", id, "--text", "TEXT", "--resume"));
            }
        }
        else
        {
            yield return new("happenedCommand", echo.For("approvals", "resolve", id, "--outcome", "happened", "--resume"));
            yield return new("didNotHappenCommand", echo.For("approvals", "resolve", id, "--outcome", "did-not-happen", "--resume"));
            yield return new("abandonCommand", echo.For("approvals", "resolve", id, "--outcome", "abandon", "--resume"));
        }
    }

    /// <summary>What the command does, for people.</summary>
    public static string Label(string name) => name switch
    {
        "approveCommand" => "Approve",
        "denyCommand" => "Deny",
        "respondCommand" => "Respond",
        "happenedCommand" => "It happened",
        "didNotHappenCommand" => "It did not",
        _ => "Abandon",
    };
}
