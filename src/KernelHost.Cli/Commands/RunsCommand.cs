using System.CommandLine;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Cli.Running;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Commands;

/// <summary><c>runs</c>: looks at runs and steers them.</summary>
internal static class RunsCommand
{
    private static readonly Dictionary<string, RunStatus> Statuses = new(StringComparer.OrdinalIgnoreCase)
    {
        ["running"] = RunStatus.Running,
        ["waiting"] = RunStatus.WaitingForApproval,
        ["interrupted"] = RunStatus.Interrupted,
        ["completed"] = RunStatus.Completed,
        ["stopped"] = RunStatus.Stopped,
        ["cancelled"] = RunStatus.Cancelled,
        ["paused"] = RunStatus.Paused,
    };

    public static Command Create(CommandExecution execute) => new("runs", "Shows what agents have done, and steers what they do.")
    {
        CreateList(execute),
        CreateShow(execute),
        SteeringCommands.CreateCancel(execute),
        SteeringCommands.CreatePause(execute),
        SteeringCommands.CreateSay(execute),
        ResultCommand.Create(execute),
        CompensateCommand.Create(execute),
        ForkCommand.Create(execute),
        FollowCommand.Create(execute),
    };

    private static Command CreateList(CommandExecution execute)
    {
        var session = new Option<string?>("--session") { Description = "Only this session's.", HelpName = "ID" };
        var status = new Option<string?>("--status") { Description = $"Only those that are {string.Join(", ", Statuses.Keys)}.", HelpName = "STATUS" };
        var limit = ListLimit.Create();
        return new Command("list", "Lists the runs, newest first.") { session, status, limit }
            .Does(execute, context => ListAsync(context, Filter(context.Get(session), context.Get(status), ListLimit.Read(context, limit))));
    }

    private static Command CreateShow(CommandExecution execute)
    {
        var run = new Argument<string>("RUN") { Description = "The run's id." };
        return new Command("show", "Shows a run step by step: model calls, decisions, tool calls, approvals, tokens.") { run }
            .Does(execute, context => ShowAsync(context, Unknown.CheckId("a run", "run_", context.Get(run)!)));
    }

    private static RunFilter Filter(string? session, string? status, int limit)
    {
        if (session is not null)
        {
            Unknown.CheckId("a session", "ses_", session);
        }

        return status is null ? new RunFilter(session, null, limit)
            : Statuses.TryGetValue(status, out var known) ? new RunFilter(session, known, limit)
            : throw Unknown.Name("status", status, Statuses.Keys);
    }

    private static async Task<int> ListAsync(CliContext context, RunFilter filter)
    {
        var runs = await context.Host.Journal.ListRunsAsync(filter, context.CancellationToken);
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject { ["runs"] = JsonOutput.Array(runs, RunJson.Summary) });
            return ExitCode.Done;
        }

        if (runs.Count == 0)
        {
            context.Screen.Tell("There are no runs.");
            return ExitCode.Done;
        }

        var table = new Table("Run", "Status", "Started", "Agent", "Request");
        foreach (var run in runs)
        {
            table.Add(run.RunId, RunOutcome.Words(run.Status), Times.Local(run.StartedAt), run.Agent, TerminalText.Line(run.Request.ReplaceLineEndings(" "), 80));
        }

        table.Write(context.Screen);
        return ExitCode.Done;
    }

    private static async Task<int> ShowAsync(CliContext context, string runId)
    {
        var journal = context.Host.Journal;
        var run = await journal.FindRunAsync(runId, context.CancellationToken) ?? throw Unknown.Run(context, runId);
        var session = await journal.ReadAsync(run.SessionId, afterSequence: 0, context.CancellationToken);
        var transcript = RunTranscript.Read(runId, session);
        var fork = session.Count > 0 ? session[0] as SessionForked : null;
        if (context.Json)
        {
            var document = RunJson.Summary(run);
            document["policyVersion"] = transcript.Started?.PolicyVersion;
            document["forkedFrom"] = fork is null ? null : new JsonObject
            {
                ["sessionId"] = fork.FromSession,
                ["runId"] = fork.FromRun,
                ["sequence"] = fork.FromSequence,
                ["by"] = fork.By,
            };
            document["events"] = JsonOutput.Array(transcript.Events, EventJson.Write);
            JsonOutput.Write(context.Screen, document);
        }
        else
        {
            new Timeline(context.Screen, context.Host.Options.Currency).Write(run, transcript, fork);
        }

        return ExitCode.Done;
    }
}
