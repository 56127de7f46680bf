using System.CommandLine;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Running;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Text;

namespace KernelHost.Cli.Commands;

/// <summary><c>approvals approve</c></summary>
internal static class ApproveCommand
{
    public static Command Create(CommandExecution execute)
    {
        var which = new ApprovalSelection("Approves");
        var edit = new Option<string?>("--edit") { Description = "Makes the call with the arguments in this JSON file; '-' reads standard input.", HelpName = "FILE" };
        var set = new Option<string[]>("--set") { Description = "Makes the call with this argument changed: a JSON value, or text. May be repeated.", HelpName = "NAME=VALUE" };
        var remember = new Option<bool>("--remember") { Description = "From now on the same action need not be asked about; shows what exactly." };
        var time = new Option<string?>("--for") { Description = "With --remember: for how long. [default: 8h]", HelpName = "TIME" };
        var scope = new Option<string?>("--scope") { Description = "With --remember: session (this one) or agent (every session of it). [default: session]", HelpName = "SCOPE" };
        var any = new Option<string[]>("--any") { Description = "With --remember: this argument may have any value. May be repeated.", HelpName = "NAME" };
        var yes = new Option<bool>("--yes") { Description = "With --remember: does not ask back." };
        var command = which.AddTo(new Command("approve", "Allows one call or several, once and exactly as they are shown.") { edit, set, remember, time, scope, any, yes });
        return command.Does(execute, async context =>
        {
            var options = ReadRemember(context.Get(remember), context.Get(time), context.Get(scope), context.Get(any) ?? []);
            var approvals = await which.ReadAsync(context);
            var changes = new ArgumentChanges(context.Get(edit), context.Get(set) ?? []);
            if (approvals.Count > 1 && (options is not null || changes.Any))
            {
                throw new UsageException("Arguments are changed, and approvals remembered, one at a time. Name one approval.");
            }

            var arguments = changes.Any ? await changes.ReadAsync(context, approvals[0]) : null;
            ApprovalReply Reply(ApprovalSummary approval) => new(approval.ApprovalId, ApprovalAnswer.Approved, context.Host.Options.Principal)
            {
                Digest = approval.Digest,
                Arguments = arguments,
                Remember = options,
            };
            if (options is not null)
            {
                if (await AgreedAsync(context, Reply(approvals[0]), context.Get(yes)) is not { } agreed)
                {
                    context.Screen.Tell("Nothing was recorded.");
                    return ExitCode.Failed;
                }

                options = options with { RememberedId = agreed.RememberedId };
            }

            return await new AnswerRun(context).AnswerAsync(approvals, Reply, which.Resumes(context));
        });
    }

    private static RememberOptions? ReadRemember(bool remember, string? time, string? scope, string[] any)
    {
        if (!remember)
        {
            return time is null && scope is null && any.Length == 0 ? null : throw new UsageException("'--for', '--scope' and '--any' say how an approval is remembered. Add '--remember'.");
        }

        var standard = new RememberOptions();
        return new RememberOptions
        {
            For = time is null ? standard.For : Duration.TryParse(time, out var duration) ? duration
                : throw new UsageException($"{Unknown.Show(time)} is no time. Use one such as '30m', '8h' or '7d'."),
            AllSessions = scope switch
            {
                null or "session" => false,
                "agent" => true,
                _ => throw new UsageException($"{Unknown.Show(scope)} is no scope. Use 'session' or 'agent'."),
            },
            AnyValue = [.. any.Distinct()],
        };
    }

    // What is remembered acts later, when nobody looks: it is shown in full, and somebody says yes to it.
    private static async Task<RememberedApproval?> AgreedAsync(CliContext context, ApprovalReply reply, bool yes)
    {
        var remembered = await context.Host.Approvals.PreviewAsync(reply, context.CancellationToken);
        RememberedPanel.Create(remembered).Write(context.Screen.Error, context.Screen.ErrorIsTerminal, context.Screen);
        if (yes)
        {
            return remembered;
        }

        if (!context.CanAsk)
        {
            throw new UsageException("An approval is remembered only when somebody agrees to what is shown above. Add '--yes' to agree.");
        }

        return (await context.Screen.AskAsync("Remember this? [y/n] ", context.CancellationToken))?.Trim().ToLowerInvariant() is "y" or "yes" ? remembered : null;
    }
}
