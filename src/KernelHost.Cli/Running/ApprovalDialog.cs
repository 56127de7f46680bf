using System.Text.Json;
using KernelHost.Cli.Commands;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Running;

/// <summary>Asks the person at the terminal.</summary>
internal sealed class ApprovalDialog(CliContext context)
{
    private readonly Screen _screen = context.Screen;

    private string Person => context.Host.Options.Principal;

    /// <summary>Asks every question.</summary>
    /// <returns>Whether at least one was settled, so that the run can go on.</returns>
    public async Task<bool> AskAsync(IReadOnlyList<ApprovalSummary> approvals)
    {
        var settled = false;
        foreach (var approval in approvals)
        {
            var words = await ApprovalsCommand.ModelTextAsync(context, approval);
            ApprovalPanel.Create(approval, context.Echo, words).Write(_screen.Error, _screen.ErrorIsTerminal, _screen);
            if (await context.Host.Approvals.ExplainRefusalAsync(approval, Person, context.CancellationToken) is { } refusal)
            {
                // Somebody else has to answer, or has done so already.
                _screen.Tell(TerminalText.Prose(refusal));
                var now = await context.Host.Journal.FindApprovalAsync(approval.ApprovalId, context.CancellationToken);
                settled |= now?.Status is not (null or ApprovalStatus.Pending);
                continue;
            }

            if (await ChooseOrLeaveAsync(approval) is not { } reply)
            {
                break;
            }

            settled |= await AnswerAsync(reply);
        }

        return settled;
    }

    // Somebody else may have answered while this question was on the screen; the run then goes on with that answer.
    private async Task<bool> AnswerAsync(ApprovalReply reply)
    {
        try
        {
            var approval = await context.Host.Approvals.AnswerAsync(reply, context.CancellationToken);
            if (approval.Status == ApprovalStatus.Pending)
            {
                _screen.Tell($"Recorded: approved by {TerminalText.Line(ApprovalWords.Votes(approval))}. The run waits for the others.");
            }
        }
        catch (RunException exception)
        {
            _screen.Tell(TerminalText.Prose(exception.Message));
        }

        return (await context.Host.Journal.FindApprovalAsync(reply.ApprovalId, context.CancellationToken))?.Status != ApprovalStatus.Pending;
    }

    // Ctrl+C at the question is an answer, too: the run is parked already and stays so.
    private async Task<ApprovalReply?> ChooseOrLeaveAsync(ApprovalSummary approval)
    {
        try
        {
            return await ChooseAsync(approval);
        }
        catch (OperationCanceledException)
        {
            _screen.Tell("");
            return null;
        }
    }

    private async Task<ApprovalReply?> ChooseAsync(ApprovalSummary approval)
    {
        var question = approval.Kind switch
        {
            ApprovalKind.Action => "[y] approve once   [e] change the arguments   [n] deny   [r] answer in its place   [q] leave it waiting: ",
            ApprovalKind.TopUp => "[y] allow this much more   [e] change how much   [n] no more, wrap up   [q] leave it waiting: ",
            _ => "[h] it happened   [d] it did not, make it now   [a] abandon it   [q] leave it waiting: ",
        };
        while (true)
        {
            switch (await ReadAsync(question), approval.Kind)
            {
                case (null, _):
                    // The end of the input leaves the line of the question open.
                    _screen.Tell("");
                    return null;
                case ("q" or "quit", _):
                    return null;
                case ("y" or "yes", not ApprovalKind.Outcome):
                    return Reply(approval, ApprovalAnswer.Approved);
                case ("n" or "no", not ApprovalKind.Outcome):
                    return Reply(approval, ApprovalAnswer.Denied) with { Reason = await ReadTextAsync("Why (the model is told; Enter for no reason): ") };
                case ("r", ApprovalKind.Action) when await ReadTextAsync("What the model reads in place of a result (Enter to go back): ") is { } response:
                    return Reply(approval, ApprovalAnswer.Responded) with { Response = response };
                case ("e", not ApprovalKind.Outcome) when await ReadChangesAsync(approval) is { } arguments:
                    return Reply(approval, ApprovalAnswer.Approved) with { Arguments = arguments };
                case ("h", ApprovalKind.Outcome):
                    return Reply(approval, ApprovalAnswer.Happened);
                case ("d", ApprovalKind.Outcome):
                    return Reply(approval, ApprovalAnswer.DidNotHappen);
                case ("a", ApprovalKind.Outcome):
                    return Reply(approval, ApprovalAnswer.Abandoned);
            }
        }
    }

    private async Task<Dictionary<string, object?>?> ReadChangesAsync(ApprovalSummary approval)
    {
        List<string> settings = [];
        while (await ReadTextAsync("NAME=VALUE (Enter when done): ") is { } setting)
        {
            settings.Add(setting);
        }

        if (settings.Count == 0)
        {
            return null;
        }

        try
        {
            var arguments = await new ArgumentChanges(file: null, [.. settings]).ReadAsync(context, approval);
            _screen.Tell(ValueText.Pretty(JsonSerializer.SerializeToElement(arguments)));
            return await ReadAsync("Make the call with these? [y/n] ") is "y" or "yes" ? arguments : null;
        }
        catch (UsageException exception)
        {
            _screen.Tell(TerminalText.Prose(exception.Message));
            return null;
        }
    }

    // What was on the screen is what is answered for.
    private ApprovalReply Reply(ApprovalSummary approval, ApprovalAnswer answer) => new(approval.ApprovalId, answer, Person) { Digest = approval.Digest };

    private async Task<string?> ReadTextAsync(string question) =>
        await _screen.AskAsync(question, context.CancellationToken) is { Length: > 0 } text ? text : null;

    private async Task<string?> ReadAsync(string question) =>
        (await _screen.AskAsync(question, context.CancellationToken))?.Trim().ToLowerInvariant();
}
