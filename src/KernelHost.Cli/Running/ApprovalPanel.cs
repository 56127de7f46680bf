using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Running;

/// <summary>An approval as a person reads it before answering: the exact arguments with every hidden character written out.</summary>
internal static class ApprovalPanel
{
    private const int DigestPrefix = 12;

    // A question longer than this is not read. What is cut is named, so that nobody approves by its beginning alone.
    private const int ArgumentsLimit = 20_000;

    public static Fields Create(ApprovalSummary approval, CommandEcho echo)
    {
        var fields = new Fields($"{Title(approval)} {approval.ApprovalId}")
            .Add("Tool", $"{approval.Tool} (plugin version {approval.PluginVersion})")
            .AddBlock("Arguments", Arguments(approval, echo))
            .Add("Reason", approval.Reason)
            .Add("Digest", approval.Digest.Length > DigestPrefix ? approval.Digest[..DigestPrefix] + "…" : approval.Digest)
            .Add("Run", approval.RunId);
        if (approval.Status == ApprovalStatus.Pending)
        {
            foreach (var (name, command) in ApprovalCommands.For(approval, echo))
            {
                fields.Commands[ApprovalCommands.Label(name)] = command;
            }
        }
        else
        {
            fields.Add("Answer", approval.Answer is { } answer ? $"{Words(answer)} by {approval.DecidedBy}" : null)
                .Add("Because", approval.AnswerReason);
        }

        return fields;
    }

    public static string Words(ApprovalAnswer answer) => answer switch
    {
        ApprovalAnswer.Approved => "approved",
        ApprovalAnswer.Denied => "denied",
        ApprovalAnswer.Happened => "it happened",
        ApprovalAnswer.DidNotHappen => "it did not happen",
        ApprovalAnswer.Responded => "answered in place of the tool",
        _ => "abandoned",
    };

    private static string Title(ApprovalSummary approval) => (approval.Status, approval.Kind) switch
    {
        (ApprovalStatus.Pending, ApprovalKind.Action) => "⏸ Waiting for approval:",
        (ApprovalStatus.Pending, _) => "⏸ Interrupted, did it take effect?",
        (ApprovalStatus.Void, _) => "Void, its run went on without it:",
        (ApprovalStatus.Expired, _) => "Expired, which counts as a no:",
        (ApprovalStatus.Reopened, _) => "Reopened, asked again:",
        _ => "Answered:",
    };

    private static string Arguments(ApprovalSummary approval, CommandEcho echo)
    {
        var text = ValueText.Pretty(approval.Arguments);
        return text.Length <= ArgumentsLimit
            ? text
            : $"{text[..ArgumentsLimit]}\n… {text.Length - ArgumentsLimit} more characters. Read all of them before you approve: {echo.For("approvals", "show", approval.ApprovalId, "--output", "json")}";
    }
}
