using KernelHost.Policy.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Runs.Budgets;

/// <summary>
/// Settles what a process had reserved for runs that it ended, and died before it could settle. Nobody takes up a run that has ended, so it
/// would stay reserved for ever. Harmless beside others that settle the same: only one of them does.
/// </summary>
internal static class EndedRuns
{
    public static async ValueTask SettleAsync(Ledger ledger, JournalStore journal, CancellationToken cancellationToken)
    {
        foreach (var ofRun in ledger.Reservations("").GroupBy(static reservation => reservation.Id[..reservation.Id.IndexOf('/', StringComparison.Ordinal)]))
        {
            if (await journal.FindRunAsync(ofRun.Key, cancellationToken) is not { HasEnded: true } run)
            {
                continue;
            }

            var events = (await journal.ReadAsync(run.SessionId, afterSequence: 0, cancellationToken)).Where(runEvent => runEvent.RunId == run.RunId).ToList();
            ledger.Commit(null, [.. ofRun.Select(reservation => new LedgerSettlement(reservation, Use(reservation.Id[(run.RunId.Length + 1)..], events)))]);
        }
    }

    // What nobody knows is charged as reserved; what was never begun costs nothing.
    private static BudgetUse? Use(string id, List<RunEvent> events)
    {
        if (id.StartsWith('m'))
        {
            return events.OfType<ModelReplied>().FirstOrDefault(reply => $"m{reply.Step}" == id) is { } reply ? RunSpending.Use(reply) : null;
        }

        var begun = id.EndsWith("/ask", StringComparison.Ordinal)
            ? events.OfType<ApprovalRequested>().Any(asked => RunAccounts.Question(asked.CallId) == id)
            : id.Contains('/', StringComparison.Ordinal) || events.OfType<CallStarted>().Any(started => started.CallId == id);
        return begun ? null : default(BudgetUse);
    }
}
