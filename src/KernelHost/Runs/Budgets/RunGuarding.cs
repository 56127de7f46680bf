using System.Collections.Concurrent;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;
using KernelHost.Runs.Stops;

namespace KernelHost.Runs.Budgets;

/// <summary>Finds out what stands over a run when a process takes it up. Safe for concurrent use.</summary>
/// <param name="agents">Tells the limits of the runs above a sub-run.</param>
/// <param name="journal">Tells what they have used.</param>
internal sealed class RunGuarding(Func<string, CancellationToken, ValueTask<BoundAgent>> agents, JournalStore journal)
{
    // Whoever works on a sub-run works on the runs above it, too.
    private readonly ConcurrentDictionary<string, RunState> _underWay = new(StringComparer.Ordinal);

    /// <summary>What operators have stopped.</summary>
    public KillSwitch Stops { get; init; } = KillSwitch.None;

    /// <summary>The budgets that runs share.</summary>
    public SharedBudgets Budgets { get; init; } = new(Policy.Budgets.BudgetRules.None, Ledger.InMemory);

    /// <summary>This process works on the run from now on, until <see cref="End"/>.</summary>
    public void Begin(RunState run) => _underWay[run.RunId] = run;

    public void End(RunState run) => _underWay.TryRemove(run.RunId, out _);

    /// <summary>The runs above a sub-run, nearest first.</summary>
    public async ValueTask<IReadOnlyList<RunAncestor>> AncestorsAsync(RunStarted started, CancellationToken cancellationToken)
    {
        if (started.Ancestors is not { Count: > 0 } ids)
        {
            return [];
        }

        List<RunAncestor> ancestors = [];
        foreach (var id in ids)
        {
            var run = await journal.FindRunAsync(id, cancellationToken)
                ?? throw new RunException($"The run '{id}', which this one works for, is not in the journal any more. Its limits cannot be kept, so nothing is done.");
            var holder = _underWay.TryGetValue(id, out var state) ? state.Agent : (await ReadAsync(run.SessionId, id, cancellationToken))?.Agent;
            ancestors.Add(new RunAncestor(run.RunId, run.SessionId, run.Agent, holder ?? run.Agent));
        }

        return ancestors;
    }

    /// <summary>Everything that stands over the run a session is at.</summary>
    public async ValueTask<RunGuards> ForAsync(BoundAgent agent, SessionWriter session, CancellationToken cancellationToken)
    {
        if (Budgets.TakeSweep())
        {
            await LedgerSweep.RunAsync(Budgets.Ledger, journal, cancellationToken);
        }

        var started = session.State.Run!.Started;
        var ancestors = await AncestorsAsync(started, cancellationToken);
        foreach (var ancestor in ancestors)
        {
            if (Budgets.Tree(ancestor.RunId) is null)
            {
                var above = await ReadAsync(ancestor.SessionId, ancestor.RunId, cancellationToken);
                var limits = (await agents(ancestor.Holder, cancellationToken)).DeclaredLimits;
                Budgets.OpenTree(ancestor.RunId, above?.Raised.Apply(limits) ?? limits, above?.Spent ?? new Spent());
            }
        }

        if (session.State.Run is { } run && (run.Spent.HasSubRuns || Budgets.Tree(run.RunId) is not null))
        {
            Budgets.ReopenTree(started.RunId, run.Raised.Apply(agent.DeclaredLimits));
        }

        return new RunGuards { Stops = Stops, Ancestors = ancestors, Accounts = await LedgerAccounts.CreateAsync(Budgets, session, ancestors, journal) };
    }

    private async ValueTask<RunState?> ReadAsync(string sessionId, string runId, CancellationToken cancellationToken)
    {
        var state = new SessionState(sessionId);
        foreach (var runEvent in await journal.ReadAsync(sessionId, afterSequence: 0, cancellationToken))
        {
            if (runEvent.RunId == runId || state.Run?.RunId != runId)
            {
                state.Apply(runEvent);
            }
        }

        return state.Run is { } run && run.RunId == runId ? run : null;
    }
}
