using System.CommandLine;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Cli.Running;
using KernelHost.Runs;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Commands;

/// <summary><c>runs follow RUN</c></summary>
internal static class FollowCommand
{
    public static Command Create(CommandExecution execute)
    {
        var run = new Argument<string>("RUN") { Description = "The run's id." };
        var after = new Option<long>("--after") { Description = "Begins behind the event with this sequence: the last one you have seen.", HelpName = "SEQUENCE" };
        var untilEnd = new Option<bool>("--until-end") { Description = "Goes on while the run waits for a human or is paused, until it has ended." };
        return new Command("follow", "Shows a run's events as they happen, whichever process works on it; ends as the run does, with its exit code.") { run, after, untilEnd }
            .Does(execute, context => FollowAsync(context, Unknown.CheckId("a run", "run_", context.Get(run)!), context.Get(after), context.Get(untilEnd) ? FollowUntil.End : FollowUntil.LetGo));
    }

    private static async Task<int> FollowAsync(CliContext context, string runId, long after, FollowUntil until)
    {
        if (after < 0)
        {
            throw new UsageException("'--after' is the sequence of an event, a number from 0.");
        }

        var feed = context.Host.Feed;
        var run = await context.Host.Journal.FindRunAsync(runId, context.CancellationToken) ?? throw Unknown.Run(context, runId);
        try
        {
            // Read from the start, because a line may name a call that was proposed before the first one shown.
            RunTranscript transcript = new();
            await foreach (var runEvent in feed.FollowAsync(runId, afterSequence: 0, until, context.CancellationToken))
            {
                transcript.Add(runEvent);
                if (runEvent.Sequence > after)
                {
                    context.Screen.Out.WriteLine(context.Json ? JsonOutput.Line(EventJson.Write(runEvent)) : Timeline.Line(runEvent, run, transcript));
                    await context.Screen.Out.FlushAsync();
                }
            }

            var result = await feed.ReadAsync(runId, context.CancellationToken);
            if (context.Options.Verbosity >= Verbosity.Normal)
            {
                context.Screen.Tell($"Run {runId}: {RunOutcome.Words(result.Status)}");
            }

            return RunOutcome.ExitCodeOf(result);
        }
        catch (OperationCanceledException)
        {
            // The run itself goes on; whoever followed it has seen enough.
            return ExitCode.Interrupted;
        }
    }
}
