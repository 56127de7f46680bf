using System.CommandLine;
using KernelHost.Cli.Invocation;

namespace KernelHost.Cli.Commands;

/// <summary>Runs the body of a command within its context.</summary>
internal delegate Task<int> CommandExecution(ParseResult parse, Func<CliContext, Task<int>> body);

/// <summary>All commands.</summary>
internal static class CommandTree
{
    public static RootCommand Create(GlobalOptions globals, CommandExecution execute)
    {
        var root = new RootCommand($"Runs AI agents over plugins, safely: every action passes a policy, and what is sensitive waits for a human.\n\n{ExitCode.Description}")
        {
            RunCommand.Create(execute),
            ChatCommand.Create(execute),
            ResumeCommand.Create(execute),
            RunsCommand.Create(execute),
            ReplayCommand.Create(execute),
            ApprovalsCommand.Create(execute),
            BudgetCommand.Create(execute),
            StopCommand.Create(execute),
            StopCommand.CreateList(execute),
            JournalCommand.Create(execute),
            PolicyCommand.Create(execute),
            PluginCommand.Create(execute),
            AgentCommand.Create(execute),
            IngestCommand.Create(execute),
            SearchCommand.Create(execute),
            EvaluateCommand.Create(execute),
            MemoryCommand.Create(execute),
            DoctorCommand.Create(execute),
        };
        root.HelpName = "kernelhost";
        foreach (var option in globals.All)
        {
            root.Options.Add(option);
        }

        return root;
    }

    /// <summary>Gives a command its body.</summary>
    public static Command Does(this Command command, CommandExecution execute, Func<CliContext, Task<int>> body)
    {
        command.SetAction((parse, _) => execute(parse, body));
        return command;
    }
}
