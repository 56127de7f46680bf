using KernelHost.Cli.Invocation;
using KernelHost.Runs;

namespace KernelHost.Cli.Running;

/// <summary>What a run's end means for the process.</summary>
internal static class RunOutcome
{
    public static int ExitCodeOf(RunResult result) => result.Status switch
    {
        RunStatus.Completed when result.DeniedByPolicy == 0 => ExitCode.Done,
        RunStatus.Completed or RunStatus.Stopped => ExitCode.Stopped,
        RunStatus.WaitingForApproval => ExitCode.WaitingForApproval,
        RunStatus.Cancelled => ExitCode.Cancelled,
        RunStatus.Paused => ExitCode.Paused,
        RunStatus.Interrupted when !result.Failed => ExitCode.Interrupted,
        _ => ExitCode.Failed,
    };

    public static string Words(RunStatus status) => status switch
    {
        RunStatus.Running => "running",
        RunStatus.WaitingForApproval => "waiting for approval",
        RunStatus.Interrupted => "interrupted",
        RunStatus.Completed => "completed",
        RunStatus.Stopped => "stopped at a limit",
        RunStatus.Cancelled => "cancelled",
        RunStatus.Paused => "paused",
        _ => status.ToString(),
    };
}
