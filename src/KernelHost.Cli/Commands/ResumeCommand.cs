using System.CommandLine;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Running;
using KernelHost.Runs.Events;

namespace KernelHost.Cli.Commands;

/// <summary><c>resume RUN</c></summary>
internal static class ResumeCommand
{
    public static Command Create(CommandExecution execute)
    {
        var run = new Argument<string>("RUN") { Description = "The run's id." };
        var unattended = UnattendedOption.Create();
        return new Command("resume", "Takes up a run that waits, was interrupted, or whose process died. A finished one shows its answer again.") { run, unattended }
            .Does(execute, context => ResumeAsync(context, Unknown.CheckId("a run", "run_", context.Get(run)!), UnattendedOption.Read(context, unattended)));
    }

    public static async Task<int> ResumeAsync(CliContext context, string runId, Attendance? attendance = null)
    {
        var driver = new RunDriver(context, attendance);
        var (result, view) = await driver.ResumeAsync(runId);
        return RunCommand.Finish(context, driver, result, view);
    }
}
