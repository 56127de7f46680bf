using System.CommandLine;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Cli.Running;
using KernelHost.Runs.Events;

namespace KernelHost.Cli.Commands;

/// <summary><c>run AGENT [REQUEST]</c></summary>
internal static class RunCommand
{
    public static Command Create(CommandExecution execute)
    {
        var agent = new Argument<string>("AGENT") { Description = "The agent's name; see 'kernelhost agent list'." };
        var request = new Argument<string?>("REQUEST") { Description = "What you ask; '-', or nothing and a pipe, reads standard input.", Arity = ArgumentArity.ZeroOrOne };
        var session = new Option<string?>("--session") { Description = "Continues a conversation.", HelpName = "ID" };
        var unattended = UnattendedOption.Create();
        return new Command("run", "Asks an agent for something and shows what it does.") { agent, request, session, unattended }
            .Does(execute, context => RunAsync(context, context.Get(agent)!, context.Get(request), context.Get(session), UnattendedOption.Read(context, unattended)));
    }

    private static async Task<int> RunAsync(CliContext context, string agent, string? request, string? session, Attendance? attendance)
    {
        if (session is not null)
        {
            Unknown.CheckId("a session", "ses_", session);
        }

        var driver = new RunDriver(context, attendance);
        var (result, view) = await driver.StartAsync(agent, await RequestText.ReadAsync(context, "request", request), session);
        return Finish(context, driver, result, view);
    }

    /// <summary>Writes the end of a run, as text or as a document.</summary>
    public static int Finish(CliContext context, RunDriver driver, Runs.RunResult result, LiveView view)
    {
        if (!context.Json)
        {
            return driver.Report(result, view);
        }

        JsonOutput.Write(context.Screen, RunJson.Write(result, view.Transcript, context.Echo));
        return RunOutcome.ExitCodeOf(result);
    }
}
