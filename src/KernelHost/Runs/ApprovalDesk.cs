using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Runs;

/// <summary>Where humans answer what runs ask. An answer is an event in the session's journal; it needs no running run. Safe for concurrent use.</summary>
public sealed class ApprovalDesk(JournalStore journal, TimeProvider? clock = null)
{
    private const int Attempts = 16;
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    /// <summary>Answers a question.</summary>
    /// <param name="approvalId">The question.</param>
    /// <param name="answer">One that fits its kind: approved or denied for an action; happened, did not happen or abandoned for an outcome.</param>
    /// <param name="decidedBy">Who answers.</param>
    /// <param name="reason">Why; the model learns it when the answer is no.</param>
    /// <param name="cancellationToken">Cancels before anything is written.</param>
    /// <returns>The approval as it stands now.</returns>
    /// <exception cref="RunException">There is no such question, it has been answered, or the answer does not fit it.</exception>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    public async Task<ApprovalSummary> AnswerAsync(
        string approvalId, ApprovalAnswer answer, string decidedBy, string? reason, CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            // The journal first, then the question: if it was answered or became void in between, the second look tells; if it is
            // from now on, the journal is longer than what was seen and takes no answer.
            var session = (await FindOpenAsync(approvalId, answer, cancellationToken)).SessionId;
            var seen = await journal.ReadAsync(session, afterSequence: 0, cancellationToken);
            var approval = await FindOpenAsync(approvalId, answer, cancellationToken);
            try
            {
                await journal.AppendAsync(approval.SessionId, seen.Count, [Decision(approval, answer, decidedBy, reason)], cancellationToken);
                return (await journal.FindApprovalAsync(approvalId, cancellationToken))!;
            }
            catch (JournalConflictException) when (attempt < Attempts)
            {
                // The run went on with other calls meanwhile: read again and answer behind them.
            }
        }
    }

    private async ValueTask<ApprovalSummary> FindOpenAsync(string approvalId, ApprovalAnswer answer, CancellationToken cancellationToken)
    {
        var approval = await journal.FindApprovalAsync(approvalId, cancellationToken)
            ?? throw new RunException($"There is no approval '{approvalId}'. List the open ones with 'kernelhost approvals list'.");
        if (approval.Status == ApprovalStatus.Decided)
        {
            throw new RunException($"Approval '{approvalId}' was already answered by '{approval.DecidedBy}': {Words(approval.Answer!.Value)}.");
        }

        if (approval.Status == ApprovalStatus.Void)
        {
            throw new RunException($"Approval '{approvalId}' is void: its run went on without it, because a limit was reached or what it asked about has changed. List the open ones with 'kernelhost approvals list'.");
        }

        var fits = approval.Kind == ApprovalKind.Action ? answer <= ApprovalAnswer.Denied : answer >= ApprovalAnswer.Happened;
        return fits ? approval : throw new RunException(approval.Kind == ApprovalKind.Action
            ? $"Approval '{approvalId}' asks whether a call may be made: answer with approve or deny."
            : $"Approval '{approvalId}' asks whether an interrupted call took effect: answer with 'approvals resolve {approvalId} --outcome happened|did-not-happen|abandon'.");
    }

    private ApprovalDecided Decision(ApprovalSummary approval, ApprovalAnswer answer, string decidedBy, string? reason) => new()
    {
        RunId = approval.RunId,
        ApprovalId = approval.ApprovalId,
        Answer = answer,
        DecidedBy = decidedBy,
        Digest = approval.Digest,
        Reason = reason,
        Time = _clock.GetUtcNow(),
    };

    private static string Words(ApprovalAnswer answer) => answer switch
    {
        ApprovalAnswer.Approved => "approved",
        ApprovalAnswer.Denied => "denied",
        ApprovalAnswer.Happened => "it happened",
        ApprovalAnswer.DidNotHappen => "it did not happen",
        _ => "abandoned",
    };
}
