using System.CommandLine;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Running;

namespace KernelHost.Cli.Commands;

/// <summary><c>chat AGENT</c></summary>
internal static class ChatCommand
{
    public static Command Create(CommandExecution execute)
    {
        var agent = new Argument<string>("AGENT") { Description = "The agent's name; see 'kernelhost agent list'." };
        var session = new Option<string?>("--session") { Description = "Continues a conversation.", HelpName = "ID" };
        return new Command("chat", "Talks with an agent. Lines from a pipe are turns of one conversation, too. '/help' inside tells more.") { agent, session }
            .Does(execute, context => RunAsync(context, context.Get(agent)!, context.Get(session)));
    }

    private static Task<int> RunAsync(CliContext context, string agent, string? session)
    {
        if (session is not null)
        {
            Unknown.CheckId("a session", "ses_", session);
        }

        // A name that does not exist is told before the first question is typed.
        var definition = context.Host.Agents.Find(agent);
        return new Conversation(context, definition, session).RunAsync();
    }
}
