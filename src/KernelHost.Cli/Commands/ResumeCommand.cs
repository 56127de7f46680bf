using System.CommandLine;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Running;

namespace KernelHost.Cli.Commands;

/// <summary><c>resume RUN</c></summary>
internal static class ResumeCommand
{
    public static Command Create(CommandExecution execute)
    {
        var run = new Argument<string>("RUN") { Description = "The run's id." };
        return new Command("resume", "Takes up a run that waits, was interrupted, or whose process died. A finished one shows its answer again.") { run }
            .Does(execute, context => ResumeAsync(context, Unknown.CheckId("a run", "run_", context.Get(run)!)));
    }

    public static async Task<int> ResumeAsync(CliContext context, string runId)
    {
        var driver = new RunDriver(context);
        var (result, view) = await driver.ResumeAsync(runId);
        return RunCommand.Finish(context, driver, result, view);
    }
}
