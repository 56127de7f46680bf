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

    /// <summary>Asks every question.</summary>
    /// <returns>Whether at least one was answered, so that the run can go on.</returns>
    public async Task<bool> AskAsync(IReadOnlyList<ApprovalSummary> approvals)
    {
        var answered = false;
        foreach (var approval in approvals)
        {
            ApprovalPanel.Create(approval, context.Echo).Write(_screen.Error, _screen.ErrorIsTerminal, _screen);
            if (await ChooseOrLeaveAsync(approval.Kind) is not { } choice)
            {
                break;
            }

            await AnswerAsync(approval, choice.Answer, choice.Reason);
            answered = true;
        }

        return answered;
    }

    // Somebody else may have answered while this question was on the screen; the run then goes on with that answer.
    private async Task AnswerAsync(ApprovalSummary approval, ApprovalAnswer answer, string? reason)
    {
        try
        {
            await context.Host.Approvals.AnswerAsync(approval.ApprovalId, answer, context.Host.Options.Principal, reason, context.CancellationToken);
        }
        catch (RunException exception)
        {
            _screen.Tell(TerminalText.Prose(exception.Message));
        }
    }

    // Ctrl+C at the question is an answer, too: the run is parked already and stays so.
    private async Task<(ApprovalAnswer Answer, string? Reason)?> ChooseOrLeaveAsync(ApprovalKind kind)
    {
        try
        {
            return await ChooseAsync(kind);
        }
        catch (OperationCanceledException)
        {
            _screen.Tell("");
            return null;
        }
    }

    private async Task<(ApprovalAnswer Answer, string? Reason)?> ChooseAsync(ApprovalKind kind)
    {
        var question = kind == ApprovalKind.Action
            ? "[y] approve once   [n] deny   [q] leave it waiting: "
            : "[h] it happened   [d] it did not, make it now   [a] abandon it   [q] leave it waiting: ";
        while (true)
        {
            switch (await ReadAsync(question), kind)
            {
                case (null or "q" or "quit", _):
                    return null;
                case ("y" or "yes", ApprovalKind.Action):
                    return (ApprovalAnswer.Approved, null);
                case ("n" or "no", ApprovalKind.Action):
                    return (ApprovalAnswer.Denied, await ReadReasonAsync());
                case ("h", ApprovalKind.Outcome):
                    return (ApprovalAnswer.Happened, null);
                case ("d", ApprovalKind.Outcome):
                    return (ApprovalAnswer.DidNotHappen, null);
                case ("a", ApprovalKind.Outcome):
                    return (ApprovalAnswer.Abandoned, null);
            }
        }
    }

    private async Task<string?> ReadReasonAsync() =>
        await _screen.AskAsync("Why (the model is told; Enter for no reason): ", context.CancellationToken) is { Length: > 0 } reason ? reason : null;

    private async Task<string?> ReadAsync(string question) =>
        (await _screen.AskAsync(question, context.CancellationToken))?.Trim().ToLowerInvariant();
}
