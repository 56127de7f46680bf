using System.CommandLine;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Cli.Running;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Commands;

/// <summary><c>approvals list|show|approve|deny|resolve</c></summary>
internal static class ApprovalsCommand
{
    private const int ReasonLimit = 4000;

    public static Command Create(CommandExecution execute) => new("approvals", "Shows and answers what runs ask a human.")
    {
        CreateList(execute),
        CreateShow(execute),
        CreateApprove(execute),
        CreateDeny(execute),
        CreateResolve(execute),
    };

    private static Argument<string> Id() => new("APPROVAL") { Description = "The approval's id." };

    private static Option<bool> Resume() => new("--resume") { Description = "Then resumes the run." };

    private static Command CreateList(CommandExecution execute)
    {
        var all = new Option<bool>("--all") { Description = "Also those that have been answered." };
        var run = new Option<string?>("--run") { Description = "Only this run's.", HelpName = "ID" };
        var limit = ListLimit.Create();
        return new Command("list", "Lists what waits for an answer, newest first.") { all, run, limit }
            .Does(execute, context => ListAsync(context, context.Get(all), context.Get(run), ListLimit.Read(context, limit)));
    }

    private static Command CreateShow(CommandExecution execute)
    {
        var id = Id();
        return new Command("show", "Shows exactly what is asked.") { id }.Does(execute, async context =>
        {
            var approval = await FindAsync(context, context.Get(id)!);
            if (context.Json)
            {
                JsonOutput.Write(context.Screen, RunJson.Approval(approval, context.Echo));
            }
            else
            {
                ApprovalPanel.Create(approval, context.Echo).Write(context.Screen.Out, context.Screen.OutIsTerminal, context.Screen);
            }

            return ExitCode.Done;
        });
    }

    private static Command CreateApprove(CommandExecution execute)
    {
        var (id, resume) = (Id(), Resume());
        return new Command("approve", "Allows the call, once and exactly as it is shown.") { id, resume }
            .Does(execute, context => AnswerAsync(context, context.Get(id)!, ApprovalAnswer.Approved, null, context.Get(resume)));
    }

    private static Command CreateDeny(CommandExecution execute)
    {
        var (id, resume) = (Id(), Resume());
        var reason = new Option<string>("--reason") { Description = "Why; the model is told.", Required = true, HelpName = "TEXT" };
        return new Command("deny", "Refuses the call.") { id, reason, resume }
            .Does(execute, context => AnswerAsync(context, context.Get(id)!, ApprovalAnswer.Denied, CheckReason(context.Get(reason)!), context.Get(resume)));
    }

    private static Command CreateResolve(CommandExecution execute)
    {
        var (id, resume) = (Id(), Resume());
        var outcome = new Option<string>("--outcome") { Description = "happened, did-not-happen (it is made now) or abandon (nobody knows).", Required = true, HelpName = "OUTCOME" };
        return new Command("resolve", "Tells what became of a call during which the host was stopped.") { id, outcome, resume }
            .Does(execute, context => AnswerAsync(context, context.Get(id)!, ReadOutcome(context.Get(outcome)!), null, context.Get(resume)));
    }

    private static async Task<int> ListAsync(CliContext context, bool all, string? run, int limit)
    {
        if (run is not null)
        {
            Unknown.CheckId("a run", "run_", run);
        }

        var approvals = await context.Host.Journal.ListApprovalsAsync(
            new ApprovalFilter(all ? null : ApprovalStatus.Pending, run, limit), context.CancellationToken);
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject { ["approvals"] = JsonOutput.Array(approvals, approval => RunJson.Approval(approval, context.Echo)) });
            return ExitCode.Done;
        }

        if (approvals.Count == 0)
        {
            context.Screen.Tell(all ? "There are no approvals." : "Nothing waits for an approval.");
            return ExitCode.Done;
        }

        var table = new Table("Approval", "Status", "Asked", "Tool", "Arguments", "Run");
        foreach (var approval in approvals)
        {
            table.Add(approval.ApprovalId, StatusWords(approval), Times.Local(approval.RequestedAt), approval.Tool, ValueText.Arguments(approval.Arguments, 80), approval.RunId);
        }

        table.Write(context.Screen);
        return ExitCode.Done;
    }

    private static async Task<int> AnswerAsync(CliContext context, string id, ApprovalAnswer answer, string? reason, bool resume)
    {
        await FindAsync(context, id);
        var approval = await context.Host.Approvals.AnswerAsync(id, answer, context.Host.Options.Principal, reason, context.CancellationToken);
        var resumeCommand = context.Echo.For("resume", approval.RunId);
        if (!context.Json)
        {
            var line = $"Recorded: {ApprovalPanel.Words(answer)}, {TerminalText.Line(approval.Tool)} ({approval.ApprovalId}).";
            if (resume)
            {
                context.Screen.Tell(line);
                return await ResumeCommand.ResumeAsync(context, approval.RunId);
            }

            await context.Screen.Out.WriteLineAsync(line);
            context.Screen.Tell($"Resume the run with: {resumeCommand}");
            return ExitCode.Done;
        }

        var document = new JsonObject { ["approval"] = RunJson.Approval(approval, context.Echo), ["run"] = null, ["resumeCommand"] = resumeCommand };
        var code = ExitCode.Done;
        if (resume)
        {
            var (result, view) = await new RunDriver(context).ResumeAsync(approval.RunId);
            document["run"] = RunJson.Write(result, view.Transcript, context.Echo);
            code = RunOutcome.ExitCodeOf(result);
        }

        JsonOutput.Write(context.Screen, document);
        return code;
    }

    private static async Task<ApprovalSummary> FindAsync(CliContext context, string id) =>
        await context.Host.Journal.FindApprovalAsync(Unknown.CheckId("an approval", "apr_", id), context.CancellationToken) ?? throw Unknown.Approval(context, id);

    private static string CheckReason(string reason) => reason.Trim() switch
    {
        "" => throw new UsageException("The reason is empty. Say in a few words why the call is denied; the model is told."),
        { Length: > ReasonLimit } long_ => throw new UsageException($"The reason has {long_.Length} characters, and at most {ReasonLimit} are allowed. Shorten it."),
        var text => text,
    };

    private static ApprovalAnswer ReadOutcome(string outcome) => outcome switch
    {
        "happened" => ApprovalAnswer.Happened,
        "did-not-happen" => ApprovalAnswer.DidNotHappen,
        "abandon" => ApprovalAnswer.Abandoned,
        _ => throw new UsageException($"{Unknown.Show(outcome)} is no outcome. Use one of: happened, did-not-happen, abandon."),
    };

    private static string StatusWords(ApprovalSummary approval) => approval.Status switch
    {
        ApprovalStatus.Pending => approval.Kind == ApprovalKind.Action ? "waiting" : "waiting (outcome)",
        ApprovalStatus.Void => "void",
        _ => $"{ApprovalPanel.Words(approval.Answer!.Value)} by {approval.DecidedBy}",
    };
}
