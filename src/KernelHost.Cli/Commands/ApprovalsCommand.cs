using System.CommandLine;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Cli.Running;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Commands;

/// <summary><c>approvals list|show|approve|deny|respond|resolve|rules</c></summary>
internal static class ApprovalsCommand
{
    public static Command Create(CommandExecution execute) => new("approvals", "Shows and answers what runs ask a human.")
    {
        CreateList(execute),
        CreateShow(execute),
        ApproveCommand.Create(execute),
        AnswerCommands.CreateDeny(execute),
        AnswerCommands.CreateRespond(execute),
        AnswerCommands.CreateResolve(execute),
        RememberedCommand.Create(execute),
    };

    /// <summary>One approval.</summary>
    /// <exception cref="UsageException">There is none of this id.</exception>
    public static async Task<ApprovalSummary> FindAsync(CliContext context, string id) =>
        await context.Host.Journal.FindApprovalAsync(Unknown.CheckId("an approval", "apr_", id), context.CancellationToken) ?? throw Unknown.Approval(context, id);

    /// <summary>What the model said when it proposed the call.</summary>
    public static async Task<string?> ModelTextAsync(CliContext context, ApprovalSummary approval)
    {
        var events = await context.Host.Journal.ReadAsync(approval.SessionId, afterSequence: 0, context.CancellationToken);
        return events.OfType<ModelReplied>().LastOrDefault(reply => reply.RunId == approval.RunId && reply.Calls.Any(call => call.CallId == approval.CallId))?.Text;
    }

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
        var id = new Argument<string>("APPROVAL") { Description = "The approval's id." };
        var full = new Option<bool>("--full") { Description = "Shows long values to their end, and the whole digest." };
        return new Command("show", "Shows exactly what is asked.") { id, full }.Does(execute, async context =>
        {
            var approval = await FindAsync(context, context.Get(id)!);
            var words = await ModelTextAsync(context, approval);
            if (context.Json)
            {
                var document = ApprovalJson.Write(approval, context.Echo);
                document["modelText"] = words;
                JsonOutput.Write(context.Screen, document);
            }
            else
            {
                ApprovalPanel.Create(approval, context.Echo, words, context.Get(full)).Write(context.Screen.Out, context.Screen.OutIsTerminal, context.Screen);
            }

            return ExitCode.Done;
        });
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
            JsonOutput.Write(context.Screen, new JsonObject { ["approvals"] = JsonOutput.Array(approvals, approval => ApprovalJson.Write(approval, context.Echo)) });
            return ExitCode.Done;
        }

        if (approvals.Count == 0)
        {
            context.Screen.Tell(all ? "There are no approvals." : "Nothing waits for an approval.");
            return ExitCode.Done;
        }

        var now = TimeProvider.System.GetUtcNow();
        var table = new Table("Approval", "Status", "Asked", "Expires", "Tool", "Arguments", "Run");
        foreach (var approval in approvals)
        {
            table.Add(
                approval.ApprovalId,
                ApprovalWords.Status(approval, now),
                Times.Local(approval.RequestedAt),
                approval.ExpiresAt is { } expires ? Times.Local(expires) : "",
                approval.Tool,
                ValueText.Arguments(approval.Arguments, 80),
                approval.RunId);
        }

        table.Write(context.Screen);
        return ExitCode.Done;
    }
}
