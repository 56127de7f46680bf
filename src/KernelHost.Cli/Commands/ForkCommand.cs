using System.CommandLine;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Cli.Running;
using KernelHost.Runs;

namespace KernelHost.Cli.Commands;

/// <summary><c>runs fork RUN</c></summary>
internal static class ForkCommand
{
    public static Command Create(CommandExecution execute)
    {
        var run = new Argument<string>("RUN") { Description = "The run's id." };
        var at = new Option<long?>("--at") { Description = "The last event to take over, by its sequence in 'runs show'. Default: all there are.", HelpName = "SEQUENCE" };
        var request = new Option<string?>("--request") { Description = "Forks before the run, and asks this in its place.", HelpName = "TEXT" };
        return new Command("fork", "Makes a new session with what happened up to an event of a run, to go on from there differently. The run is left alone.") { run, at, request }
            .Does(execute, context => ForkAsync(context, Unknown.CheckId("a run", "run_", context.Get(run)!), context.Get(at), context.Get(request)));
    }

    private static async Task<int> ForkAsync(CliContext context, string runId, long? at, string? request)
    {
        var run = await context.Host.Journal.FindRunAsync(runId, context.CancellationToken) ?? throw Unknown.Run(context, runId);
        var (control, by) = (context.Host.Control, context.Host.Options.Principal);
        if (request is null)
        {
            return Report(context, await control.ForkAsync(runId, by, at, context.CancellationToken));
        }

        if (at is not null)
        {
            throw new UsageException("'--request' forks before the run, so '--at' has no meaning beside it. Leave one of them out.");
        }

        if (run.Principal != by)
        {
            throw new UsageException($"The session of run '{runId}' belongs to {Unknown.Show(run.Principal)}, so {Unknown.Show(by)} cannot ask in a copy of it. Fork it without '--request' to look at it.");
        }

        var text = await RequestText.ReadAsync(context, "request", request);
        var fork = await control.ForkBeforeAsync(runId, by, context.CancellationToken);
        var driver = new RunDriver(context);
        var (result, view) = await driver.StartAsync(fork.Agent, text, fork.SessionId);
        return RunCommand.Finish(context, driver, result, view);
    }

    private static int Report(CliContext context, SessionFork fork)
    {
        var next = fork.CanResume ? context.Echo.For("resume", fork.RunId!) : context.Echo.For("run", fork.Agent, "REQUEST", "--session", fork.SessionId);
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject
            {
                ["sessionId"] = fork.SessionId,
                ["runId"] = fork.RunId,
                ["agent"] = fork.Agent,
                ["fromSequence"] = fork.FromSequence,
                ["canResume"] = fork.CanResume,
                ["nextCommand"] = next,
            });
        }
        else
        {
            context.Screen.Out.WriteLine($"Session {fork.SessionId}, run {fork.RunId}: a copy up to event {fork.FromSequence}. Go on with: {next}");
        }

        return ExitCode.Done;
    }
}
