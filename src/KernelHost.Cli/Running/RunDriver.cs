using KernelHost.Cli.Invocation;
using KernelHost.Runs;
using KernelHost.Runs.Events;

namespace KernelHost.Cli.Running;

/// <summary>Takes a run from the command line to its end: starts or resumes it, shows it, asks for approvals where somebody can answer.</summary>
internal sealed class RunDriver(CliContext context, Attendance? attendance = null)
{
    // Whoever says that nobody will answer is believed at a terminal, too.
    private readonly Attendance? _attendance = attendance ?? (context.CanAsk ? null : Attendance.Unattended);
    private bool _approvalsShown;

    /// <summary>Starts a run.</summary>
    public async Task<(RunResult Result, LiveView View)> StartAsync(string agent, string text, string? sessionId)
    {
        var view = View(new RunTranscript());
        var request = new RunRequest(agent, text, context.Host.Options.Principal) { SessionId = sessionId, Attendance = _attendance };
        return (await AskAsync(await context.Host.Engine.StartAsync(request, view, context.CancellationToken), view), view);
    }

    /// <summary>Resumes a run.</summary>
    /// <exception cref="UsageException">There is no such run.</exception>
    public async Task<(RunResult Result, LiveView View)> ResumeAsync(string runId)
    {
        var run = await context.Host.Journal.FindRunAsync(runId, context.CancellationToken) ?? throw Unknown.Run(context, runId);
        var view = View(await TranscriptAsync(runId, run.SessionId));
        return (await AskAsync(await context.Host.Engine.ResumeAsync(runId, _attendance, view, context.CancellationToken), view), view);
    }

    /// <summary>Says how the run ended.</summary>
    /// <returns>The exit code.</returns>
    public int Report(RunResult result, LiveView view)
    {
        new RunReport(context).Write(result, view, _approvalsShown);
        return RunOutcome.ExitCodeOf(result);
    }

    private async Task<RunTranscript> TranscriptAsync(string runId, string sessionId) =>
        RunTranscript.Read(runId, await context.Host.Journal.ReadAsync(sessionId, afterSequence: 0, context.CancellationToken));

    private LiveView View(RunTranscript transcript) => new(
        context.Screen, context.Options.Verbosity, streams: !context.Json && context.Screen.OutIsTerminal, transcript);

    private async Task<RunResult> AskAsync(RunResult result, LiveView view)
    {
        while (result.Status == RunStatus.WaitingForApproval && context.CanAsk)
        {
            _approvalsShown = true;
            view.EndLine();
            if (!await new ApprovalDialog(context).AskAsync(result.Approvals))
            {
                break;
            }

            _approvalsShown = false;
            view.CatchUp(await TranscriptAsync(result.RunId, result.SessionId));
            result = await context.Host.Engine.ResumeAsync(result.RunId, _attendance, view, context.CancellationToken);
        }

        return result;
    }
}
