using System.CommandLine;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Cli.Running;
using KernelHost.Runs.Effects;

namespace KernelHost.Cli.Commands;

/// <summary><c>runs compensate</c></summary>
internal static class CompensateCommand
{
    private const int TextLimit = 2000;

    public static Command Create(CommandExecution execute)
    {
        var run = new Argument<string>("RUN") { Description = "The run's id." };
        var call = new Argument<string>("CALL") { Description = "The call, as 'runs show' numbers it." };
        var reason = new Option<string>("--reason") { Description = "Why; the agent reads it when the session goes on.", HelpName = "TEXT", Required = true };
        var yes = new Option<bool>("--yes") { Description = "Undoes without asking." };
        return new Command("compensate", "Undoes a call of a compensable tool, through its plugin, once its run has ended.") { run, call, reason, yes }
            .Does(execute, context => RunAsync(
                context, Unknown.CheckId("a run", "run_", context.Get(run)!), context.Get(call)!, context.Get(reason)!, context.Get(yes)));
    }

    private static async Task<int> RunAsync(CliContext context, string runId, string callId, string reason, bool yes)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            throw new UsageException("The reason is empty. Say with --reason why the call is undone.");
        }

        var journal = context.Host.Journal;
        var run = await journal.FindRunAsync(runId, context.CancellationToken) ?? throw Unknown.Run(context, runId);
        var transcript = RunTranscript.Read(runId, await journal.ReadAsync(run.SessionId, afterSequence: 0, context.CancellationToken));

        // A call that is not there, or was undone already, is refused by the engine, which says why.
        if (!yes && transcript.Calls.FirstOrDefault(call => call.CallId == callId) is { } call && !await ConfirmAsync(context, call))
        {
            return ExitCode.Failed;
        }

        return Report(context, await context.Host.Engine.CompensateAsync(
            new CompensationOrder(runId, callId, context.Host.Options.Principal, reason), context.CancellationToken));
    }

    private static async Task<bool> ConfirmAsync(CliContext context, CallRecord call)
    {
        if (!context.CanAsk)
        {
            throw new UsageException($"Call '{call.CallId}' would be undone, and there is no terminal to ask at. Add --yes.");
        }

        context.Screen.Tell($"Call {call.CallId}: {TerminalText.Line(call.Tool)}({ValueText.Arguments(call.Arguments, TextLimit)})");
        context.Screen.Tell($"Result: {ValueText.Result(call.Completed?.Result, TextLimit)}");
        return (await context.Screen.AskAsync("Undo this call? [y/n] ", context.CancellationToken))?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    private static int Report(CliContext context, CompensationResult result)
    {
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject
            {
                ["runId"] = result.RunId,
                ["callId"] = result.CallId,
                ["tool"] = result.Tool,
                ["undone"] = result.Error is null,
                ["result"] = JsonOutput.Value(result.Result),
                ["error"] = result.Error,
            });
        }
        else if (result.Error is null)
        {
            context.Screen.Out.WriteLine($"Call {result.CallId} of run {result.RunId} is undone: {ValueText.Result(result.Result, TextLimit)}");
        }
        else
        {
            context.Screen.Tell(TerminalText.Prose($"Call {result.CallId} of run {result.RunId} is not undone: {result.Error}"));
        }

        return result.Error is null ? ExitCode.Done : ExitCode.Failed;
    }
}
