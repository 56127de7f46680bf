using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Runs.Budgets;

/// <summary>
/// Settles what runs that have ended left reserved: their process died between the last event and the ledger, and nobody resumes them. A run that is
/// open is left to whoever takes it up. Safe beside the process that settles the same: only one of the two takes the reservation away.
/// </summary>
internal static class LedgerSweep
{
    public static async ValueTask RunAsync(Ledger ledger, JournalStore journal, CancellationToken cancellationToken)
    {
        foreach (var run in ledger.Reservations("run_").GroupBy(static reservation => reservation.Id.Split('/')[0]))
        {
            if (await journal.FindRunAsync(run.Key, cancellationToken) is { HasEnded: true } ended)
            {
                var events = (await journal.ReadAsync(ended.SessionId, afterSequence: 0, cancellationToken)).Where(runEvent => runEvent.RunId == run.Key).ToList();
                var ids = run.Select(reservation => reservation.Id[(run.Key.Length + 1)..]).ToList();
                ledger.Commit(null, [.. run.Select(reservation => new LedgerSettlement(reservation, Used(reservation, reservation.Id[(run.Key.Length + 1)..], ids, events)))]);
            }
        }
    }

    /// <summary>What work came to by the journal of its run; <see langword="null"/> for what was reserved.</summary>
    /// <param name="reservation">What was set aside for it.</param>
    /// <param name="id">The work within the run.</param>
    /// <param name="ids">All work of the run for which something is set aside.</param>
    /// <param name="events">The run's events.</param>
    public static Policy.Budgets.BudgetUse? Used(LedgerReservation reservation, string id, List<string> ids, List<RunEvent> events)
    {
        if (CallLease.IsLease(id))
        {
            return CallLease.Used(reservation, id, ids, events);
        }

        if (SummarySpending.IsOne(id))
        {
            return SummarySpending.Used(id, events);
        }

        if (ModelCallId.IsOne(id))
        {
            return ModelCallId.Used(id, events);
        }

        var happened = id.EndsWith("/ask", StringComparison.Ordinal)
            ? events.Exists(runEvent => runEvent is ApprovalRequested question && RunAccounts.Question(question.CallId) == id)
            : id.Contains('/', StringComparison.Ordinal) || events.Exists(runEvent => runEvent is CallStarted started && started.CallId == id);
        return happened ? null : default(Policy.Budgets.BudgetUse);
    }
}
