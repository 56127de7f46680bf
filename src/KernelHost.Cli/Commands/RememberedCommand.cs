using System.CommandLine;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Cli.Running;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Commands;

/// <summary><c>approvals rules list|revoke</c></summary>
internal static class RememberedCommand
{
    public static Command Create(CommandExecution execute)
    {
        var id = new Argument<string>("RULE") { Description = "The remembered approval's id." };
        return new Command("rules", "Shows and takes back approvals that were remembered.")
        {
            new Command("list", "Lists what is allowed without asking because somebody said so.").Does(execute, ListAsync),
            new Command("revoke", "Takes one back: from now on the action is asked about again.") { id }.Does(execute, context => RevokeAsync(context, context.Get(id)!)),
        };
    }

    private static async Task<int> ListAsync(CliContext context)
    {
        var remembered = await context.Host.Journal.ListRememberedAsync(new RememberedFilter(ValidAt: TimeProvider.System.GetUtcNow()), context.CancellationToken);
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject { ["rules"] = JsonOutput.Array(remembered, ApprovalJson.Remembered) });
            return ExitCode.Done;
        }

        if (remembered.Count == 0)
        {
            context.Screen.Tell("Nothing is remembered.");
            return ExitCode.Done;
        }

        var table = new Table("Rule", "Tool", "Exactly", "Any value", "For", "Agent", "Session", "Until", "By");
        foreach (var one in remembered)
        {
            table.Add(
                one.RememberedId, one.Tool, ValueText.Arguments(one.Arguments, 80), string.Join(", ", one.AnyValue), one.Principal, one.Agent, one.SessionId ?? "every",
                Times.Local(one.ExpiresAt), one.CreatedBy);
        }

        table.Write(context.Screen);
        return ExitCode.Done;
    }

    private static async Task<int> RevokeAsync(CliContext context, string id)
    {
        await context.Host.Approvals.RevokeAsync(Unknown.CheckId("a remembered approval", "rem_", id), context.Host.Options.Principal, context.CancellationToken);
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject { ["revoked"] = id });
        }
        else
        {
            await context.Screen.Out.WriteLineAsync($"Revoked: {id}.");
        }

        return ExitCode.Done;
    }
}
