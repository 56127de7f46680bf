using System.CommandLine;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Cli.Running;
using KernelHost.Runs;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Commands;

/// <summary><c>runs cancel|pause|say</c></summary>
internal static class SteeringCommands
{
    public static Command CreateCancel(CommandExecution execute)
    {
        var run = new Argument<string>("RUN") { Description = "The run's id." };
        var reason = new Option<string?>("--reason") { Description = "Why; the agent reads it when the session goes on.", HelpName = "TEXT" };
        var noWait = new Option<bool>("--no-wait") { Description = "Ends as soon as it is asked for, without waiting for the run's end." };
        return new Command("cancel", "Ends a run for good, whoever works on it, and the runs below it. Needs neither its agent nor its plugins.") { run, reason, noWait }
            .Does(execute, context => CancelAsync(context, Unknown.CheckId("a run", "run_", context.Get(run)!), context.Get(reason), context.Get(noWait)));
    }

    private static async Task<int> CancelAsync(CliContext context, string runId, string? reason, bool noWait)
    {
        var (control, by) = (context.Host.Control, context.Host.Options.Principal);
        await RequireAsync(context, runId);
        var run = noWait
            ? await control.RequestCancelAsync(runId, by, reason, context.CancellationToken)
            : await control.CancelAsync(
                runId, by, reason, () => Tell(context, "Another process works on the run. Waiting for its end; a call with an effect that it is making is not cut off."), context.CancellationToken);

        return Report(context, run, run.HasEnded ? $"Run {runId} is cancelled." : $"Run {runId} is asked to end. See: {context.Echo.For("runs", "show", runId)}");
    }

    public static Command CreatePause(CommandExecution execute)
    {
        var run = new Argument<string>("RUN") { Description = "The run's id." };
        var reason = new Option<string?>("--reason") { Description = "Why, for those who look at the run.", HelpName = "TEXT" };
        var noWait = new Option<bool>("--no-wait") { Description = "Ends as soon as it is asked for, without waiting until the run has let go." };
        return new Command("pause", "Makes the process that works on a run let go of it at its next step. 'resume' takes it up again.") { run, reason, noWait }
            .Does(execute, context => PauseAsync(context, Unknown.CheckId("a run", "run_", context.Get(run)!), context.Get(reason), context.Get(noWait)));
    }

    public static Command CreateSay(CommandExecution execute)
    {
        var run = new Argument<string>("RUN") { Description = "The run's id." };
        var text = new Argument<string?>("TEXT") { Description = "What you say; '-', or nothing and a pipe, reads standard input.", Arity = ArgumentArity.ZeroOrOne };
        return new Command("say", "Says something to a run that is under way. Its model reads it before its next step.") { run, text }
            .Does(execute, context => SayAsync(context, Unknown.CheckId("a run", "run_", context.Get(run)!), context.Get(text)));
    }

    private static async Task<int> PauseAsync(CliContext context, string runId, string? reason, bool noWait)
    {
        var (control, by) = (context.Host.Control, context.Host.Options.Principal);
        await RequireAsync(context, runId);
        var run = noWait
            ? await control.RequestPauseAsync(runId, by, reason, context.CancellationToken)
            : await control.PauseAsync(runId, by, reason, () => Tell(context, "Waiting until the run has finished what it is doing."), context.CancellationToken);
        runId = run.RunId;
        return Report(context, run, run.Status switch
        {
            RunStatus.Running when noWait => $"Run {runId} is asked to pause.",
            RunStatus.Completed or RunStatus.Stopped or RunStatus.Cancelled => $"Run {runId} finished before it could pause: {RunOutcome.Words(run.Status)}.",
            RunStatus.Paused => $"Run {runId} is paused. Resume it with: {context.Echo.For("resume", runId)}",
            _ => $"Nobody works on run {runId} ({RunOutcome.Words(run.Status)}). It goes on when it is resumed: {context.Echo.For("resume", runId)}",
        });
    }

    private static async Task<int> SayAsync(CliContext context, string runId, string? text)
    {
        await RequireAsync(context, runId);
        var words = await RequestText.ReadAsync(context, "message", text);
        var run = await context.Host.Control.SayAsync(runId, context.Host.Options.Principal, words, context.CancellationToken);
        return Report(context, run, run.Status == RunStatus.Running
            ? $"Run {runId} reads it before its next step."
            : $"Run {runId} ({RunOutcome.Words(run.Status)}) reads it when it goes on.");
    }

    private static async Task RequireAsync(CliContext context, string runId) =>
        _ = await context.Host.Journal.FindRunAsync(runId, context.CancellationToken) ?? throw Unknown.Run(context, runId);

    private static int Report(CliContext context, RunSummary run, string line)
    {
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject { ["run"] = RunJson.Summary(run) });
        }
        else
        {
            context.Screen.Out.WriteLine(line);
        }

        return ExitCode.Done;
    }

    private static void Tell(CliContext context, string line)
    {
        if (context.Options.Verbosity >= Verbosity.Normal)
        {
            context.Screen.Tell(line);
        }
    }
}
