using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Cli.Running;
using KernelHost.Runs;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Commands;

/// <summary>
/// Answers approvals, each sealed by itself: its own event for its own digest. One that is refused does not stop the others. Then resumes
/// their runs, where that is wanted.
/// </summary>
internal sealed class AnswerRun(CliContext context)
{
    /// <returns>The exit code: that of the run, where one was resumed; failed when any answer was refused.</returns>
    public async Task<int> AnswerAsync(IReadOnlyList<ApprovalSummary> approvals, Func<ApprovalSummary, ApprovalReply> reply, bool resume)
    {
        if (approvals is [var only])
        {
            return await AnswerOneAsync(await context.Host.Approvals.AnswerAsync(reply(only), context.CancellationToken), resume);
        }

        List<(ApprovalSummary Approval, string? Refusal)> outcomes = [];
        foreach (var approval in approvals)
        {
            try
            {
                outcomes.Add((await context.Host.Approvals.AnswerAsync(reply(approval), context.CancellationToken), null));
            }
            catch (RunException refusal)
            {
                outcomes.Add((approval, refusal.Message));
            }
        }

        var failed = outcomes.Exists(outcome => outcome.Refusal is not null) ? ExitCode.Failed : ExitCode.Done;
        if (!context.Json)
        {
            WriteTable(outcomes);
        }

        var (code, runs) = resume ? await ResumeAsync(outcomes) : (ExitCode.Done, new JsonArray());
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject { ["outcomes"] = JsonOutput.Array(outcomes, Outcome), ["runs"] = runs });
        }

        return failed != ExitCode.Done ? failed : code;
    }

    private async Task<int> AnswerOneAsync(ApprovalSummary approval, bool resume)
    {
        var resumeCommand = context.Echo.For("resume", approval.RunId);
        if (!context.Json)
        {
            var line = $"Recorded: {Words(approval)}, {TerminalText.Line(approval.Tool)} ({approval.ApprovalId}).";
            if (resume)
            {
                if (context.Options.Verbosity > Verbosity.Quiet)
                {
                    context.Screen.Tell(line);
                }

                return await ResumeCommand.ResumeAsync(context, approval.RunId);
            }

            await context.Screen.Out.WriteLineAsync(line);
            context.Screen.Tell(approval.Status == ApprovalStatus.Pending ? "The run waits for the others." : $"Resume the run with: {resumeCommand}");
            return ExitCode.Done;
        }

        var document = new JsonObject { ["approval"] = ApprovalJson.Write(approval, context.Echo), ["run"] = null, ["resumeCommand"] = resumeCommand };
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

    // The first run that does not end well says how the command ends; the others are resumed all the same.
    private async Task<(int Code, JsonArray Runs)> ResumeAsync(List<(ApprovalSummary Approval, string? Refusal)> outcomes)
    {
        var code = ExitCode.Done;
        JsonArray runs = [];
        foreach (var run in outcomes.Where(outcome => outcome.Refusal is null).Select(outcome => outcome.Approval.RunId).Distinct())
        {
            var driver = new RunDriver(context);
            var (result, view) = await driver.ResumeAsync(run);
            var ended = context.Json ? RunOutcome.ExitCodeOf(result) : driver.Report(result, view);
            if (context.Json)
            {
                runs.Add(RunJson.Write(result, view.Transcript, context.Echo));
            }

            code = code == ExitCode.Done ? ended : code;
        }

        return (code, runs);
    }

    private void WriteTable(List<(ApprovalSummary Approval, string? Refusal)> outcomes)
    {
        var table = new Table("Approval", "Outcome", "Tool", "Arguments", "Run");
        foreach (var (approval, refusal) in outcomes)
        {
            table.Add(approval.ApprovalId, refusal ?? Words(approval), approval.Tool, ValueText.Arguments(approval.Arguments, 80), approval.RunId);
        }

        table.Write(context.Screen);
        context.Screen.Out.Flush();
    }

    private JsonObject Outcome((ApprovalSummary Approval, string? Refusal) outcome) => new()
    {
        ["approvalId"] = outcome.Approval.ApprovalId,
        ["recorded"] = outcome.Refusal is null,
        ["error"] = outcome.Refusal,
        ["approval"] = outcome.Refusal is null ? ApprovalJson.Write(outcome.Approval, context.Echo) : null,
    };

    private static string Words(ApprovalSummary approval) => approval switch
    {
        { Answer: { } answer } => ApprovalWords.Of(answer),
        _ => $"approved by {ApprovalWords.Votes(approval)}",
    };
}
