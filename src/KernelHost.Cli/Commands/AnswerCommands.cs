using System.CommandLine;
using KernelHost.Cli.Invocation;
using KernelHost.Runs;
using KernelHost.Runs.Events;

namespace KernelHost.Cli.Commands;

/// <summary><c>approvals deny|respond|resolve</c></summary>
internal static class AnswerCommands
{
    private const int TextLimit = 4000;

    public static Command CreateDeny(CommandExecution execute)
    {
        var which = new ApprovalSelection("Denies");
        var reason = new Option<string>("--reason") { Description = "Why; the model is told.", Required = true, HelpName = "TEXT" };
        return which.AddTo(new Command("deny", "Refuses one call or several.") { reason }).Does(execute, async context =>
        {
            var because = CheckText("reason", "Say in a few words why the call is denied; the model is told.", context.Get(reason)!);
            return await new AnswerRun(context).AnswerAsync(
                await which.ReadAsync(context),
                approval => new ApprovalReply(approval.ApprovalId, ApprovalAnswer.Denied, context.Host.Options.Principal) { Reason = because },
                which.Resumes(context));
        });
    }

    public static Command CreateRespond(CommandExecution execute)
    {
        var (id, resume) = (Id(), Resume());
        var text = new Option<string>("--text") { Description = "What the model reads in place of a result.", Required = true, HelpName = "TEXT" };
        return new Command("respond", "Answers in place of the tool: the call is not made, the model reads the text.") { id, text, resume }.Does(execute, async context =>
        {
            var response = CheckText("text", "Say what the model is to read in place of a result.", context.Get(text)!);
            return await new AnswerRun(context).AnswerAsync(
                [await ApprovalsCommand.FindAsync(context, context.Get(id)!)],
                approval => new ApprovalReply(approval.ApprovalId, ApprovalAnswer.Responded, context.Host.Options.Principal) { Response = response },
                context.Get(resume));
        });
    }

    public static Command CreateResolve(CommandExecution execute)
    {
        var (id, resume) = (Id(), Resume());
        var outcome = new Option<string>("--outcome") { Description = "happened, did-not-happen (it is made now) or abandon (nobody knows).", Required = true, HelpName = "OUTCOME" };
        return new Command("resolve", "Tells what became of a call during which the host was stopped.") { id, outcome, resume }.Does(execute, async context =>
        {
            var answer = ReadOutcome(context.Get(outcome)!);
            return await new AnswerRun(context).AnswerAsync(
                [await ApprovalsCommand.FindAsync(context, context.Get(id)!)],
                approval => new ApprovalReply(approval.ApprovalId, answer, context.Host.Options.Principal),
                context.Get(resume));
        });
    }

    public static Option<bool> Resume() => new("--resume") { Description = "Then resumes the run." };

    private static Argument<string> Id() => new("APPROVAL") { Description = "The approval's id." };

    private static string CheckText(string what, string cure, string text) => text.Trim() switch
    {
        "" => throw new UsageException($"The {what} is empty. {cure}"),
        { Length: > TextLimit } tooLong => throw new UsageException($"The {what} has {tooLong.Length} characters, and at most {TextLimit} are allowed. Shorten it."),
        var trimmed => trimmed,
    };

    private static ApprovalAnswer ReadOutcome(string outcome) => outcome switch
    {
        "happened" => ApprovalAnswer.Happened,
        "did-not-happen" => ApprovalAnswer.DidNotHappen,
        "abandon" => ApprovalAnswer.Abandoned,
        _ => throw new UsageException($"{Unknown.Show(outcome)} is no outcome. Use one of: happened, did-not-happen, abandon."),
    };
}
