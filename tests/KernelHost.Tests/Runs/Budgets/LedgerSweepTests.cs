using KernelHost.Policy.Budgets;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Tests.Runs.Budgets;

public sealed class LedgerSweepTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Settle_ProcessDiedAfterTheEndAndBeforeTheSettlement_EachReservationIsSettledByTheJournal()
    {
        await using var journal = new MemoryJournal();
        await journal.AppendAsync("ses_1", 0, [Started("run_ended"), new ModelReplied { RunId = "run_ended", Step = 1, Text = "Done.", InputTokens = 100, OutputTokens = 10 }, new RunCompleted { RunId = "run_ended", Answer = "Done." }], Token);
        await journal.AppendAsync("ses_2", 0, [Started("run_going")], Token);
        using var ledger = Ledger.InMemory();
        Reserve(ledger, "run_ended/m1", 5000);
        Reserve(ledger, "run_ended/1.1", 7);
        Reserve(ledger, "run_going/m1", 3000);

        await LedgerSweep.RunAsync(ledger, journal, Token);
        await LedgerSweep.RunAsync(ledger, journal, Token);

        var row = Assert.Single(ledger.List());
        Assert.Equal((110, 3000), (row.Used, row.Reserved));
    }

    private static void Reserve(Ledger ledger, string id, long tokens)
    {
        var reservation = new LedgerReservation(id);
        reservation.Add(new LedgerCharge("tenant", 0, BudgetMeasure.Tokens, tokens, 1_000_000, null));
        Assert.Null(ledger.Commit(reservation, []));
    }

    private static RunStarted Started(string runId) => new() { RunId = runId, Agent = "a", Principal = "alice", Request = "go", Instructions = "", PolicyVersion = "1" };
}
