using KernelHost.Policy.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;

namespace KernelHost.Runs.Budgets;

/// <summary>The accounts of a run in the ledger: its own, those of the runs above it, and those of its session, agent, principal, plugins and tenant.</summary>
internal sealed class LedgerAccounts : RunAccounts
{
    private readonly SharedBudgets _budgets;
    private readonly SessionWriter _session;
    private readonly IReadOnlyList<RunAncestor> _ancestors;
    private readonly List<BudgetAccount> _accounts;
    private readonly Dictionary<string, LedgerReservation> _held = new(StringComparer.Ordinal);
    private readonly List<LedgerSettlement> _due = [];

    // By tool; and the calls under way that drew from one.
    private readonly Dictionary<string, CallLease> _leases = new(StringComparer.Ordinal);
    private readonly HashSet<string> _drawn = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly string _runId;
    private bool _leftModelCall;

    private LedgerAccounts(SharedBudgets budgets, SessionWriter session, IReadOnlyList<RunAncestor> ancestors, List<BudgetAccount> accounts)
    {
        (_budgets, _session, _ancestors, _accounts) = (budgets, session, ancestors, accounts);
        _runId = session.State.Run!.RunId;
    }

    public override bool Any => _accounts.Count > 0 || _budgets.Rules.HasPlugins || _budgets.Tree(_runId) is not null;

    /// <summary>The accounts of the run a session is at; what a process that died had reserved is settled from the journal.</summary>
    public static async ValueTask<RunAccounts> CreateAsync(SharedBudgets budgets, SessionWriter session, IReadOnlyList<RunAncestor> ancestors, JournalStore journal)
    {
        var accounts = new LedgerAccounts(budgets, session, ancestors, [.. Chain(budgets, session.State.SessionId, session.State.Run!, ancestors)]);
        if (accounts.Any)
        {
            await accounts.RecoverAsync(journal);
        }

        return accounts;
    }

    public override AccountRefusal? Reserve(string id, in BudgetUse use, string? plugin = null)
    {
        if (!Any)
        {
            return null;
        }

        lock (_gate)
        {
            if (_held.ContainsKey(id) || _drawn.Contains(id))
            {
                return null; // Taken over from a process that died.
            }

            var reservation = Charge(id, use, plugin, most: 1);
            if (reservation.Charges.Count == 0)
            {
                return null;
            }

            var tool = use.Tool is not null && CallLease.CanBe(reservation) ? use.Tool : null;
            if (tool is not null)
            {
                if (Draw(tool, id, reservation))
                {
                    return null;
                }

                // Longer each time: a run of a few calls sets little aside that it does not use.
                var most = _leases.Remove(tool, out var last) ? Math.Min(CallLease.Longest, last.Length * 2) : 1;
                if (last is not null)
                {
                    _due.Add(last.End());
                }

                reservation = Charge(CallLease.Id(id), use, plugin, most);
            }
            else if (use.Tool is not null && _leases.Remove(use.Tool, out var ended))
            {
                // An account has come that counts otherwise. The lease ends before this call begins, or the journal would count it twice.
                _due.Add(ended.End());
            }

            var refusal = _budgets.Ledger.Commit(reservation, TakeDue());
            if (refusal is not null && _leases.Count > 0)
            {
                // Nothing is refused for the sake of what the run itself only keeps for later.
                EndLeases();
                refusal = _budgets.Ledger.Commit(reservation, TakeDue());
            }

            if (refusal is null)
            {
                if (tool is null)
                {
                    _held[id] = reservation;
                }
                else
                {
                    _leases[tool] = new CallLease(reservation);
                    Draw(tool, id, reservation);
                }

                return null;
            }

            return new AccountRefusal(Words(refusal), refusal.Measure, Math.Max(0, refusal.Limit - refusal.Used - refusal.Reserved));
        }
    }

    public override bool LeftModelCall => _leftModelCall;

    public override void Settle(string id, BudgetUse? used, long sequence, long wallTimeMs = 0)
    {
        lock (_gate)
        {
            if (!_drawn.Remove(id) && _held.Remove(id, out var reservation))
            {
                _due.Add(new LedgerSettlement(reservation, used) { Sequence = sequence, WallTimeMs = wallTimeMs });
            }
        }
    }

    public override void Flush()
    {
        lock (_gate)
        {
            EndLeases();
            if (TakeDue() is { Count: > 0 } due)
            {
                _budgets.Ledger.Commit(null, due);
            }
        }
    }

    private static IEnumerable<BudgetAccount> Chain(SharedBudgets budgets, string sessionId, RunState run, IReadOnlyList<RunAncestor> ancestors)
    {
        var (rules, started) = (budgets.Rules, run.Started);
        IEnumerable<BudgetAccount> configured = rules.All.Count == 0 ? [] :
        [
            .. rules.For("run", started.RunId), .. ancestors.SelectMany(ancestor => rules.For("run", ancestor.RunId)),
            .. rules.For("session", sessionId), .. ancestors.SelectMany(ancestor => rules.For("session", ancestor.SessionId)),
            .. rules.For("agent", started.Agent), .. ancestors.SelectMany(ancestor => rules.For("agent", ancestor.Agent)),
            .. rules.For("agent", run.Agent), .. ancestors.SelectMany(ancestor => rules.For("agent", ancestor.Holder)),
            .. rules.For("principal", started.Principal),
            .. rules.For("tenant", ""),
        ];
        return ancestors.Select(ancestor => budgets.Tree(ancestor.RunId)).OfType<BudgetAccount>().Concat(configured).DistinctBy(account => account.Key);
    }

    private static void Add(LedgerReservation reservation, BudgetAccount account, in BudgetUse use, DateTimeOffset now)
    {
        var period = BudgetPeriods.Start(account.Period, now).ToUnixTimeSeconds();
        foreach (var (measure, limit) in account.Limits)
        {
            // Time is known only afterwards: nothing is set aside, but something must be left.
            var amount = use.Of(measure);
            if (amount > 0 || measure == BudgetMeasure.WallTime)
            {
                reservation.Add(new LedgerCharge(account.Key, period, measure, amount, limit, account));
            }
        }
    }

    private LedgerReservation Charge(string id, in BudgetUse use, string? plugin, int most)
    {
        var reservation = new LedgerReservation($"{_runId}/{id}") { Most = most };
        var now = _session.Clock.GetUtcNow();
        foreach (var account in _accounts)
        {
            Add(reservation, account, use, now);
        }

        if (_budgets.Tree(_runId) is { } tree)
        {
            Add(reservation, tree, use, now);
        }

        if (plugin is not null && _budgets.Rules.HasPlugins)
        {
            foreach (var account in _budgets.Rules.For("plugin", plugin))
            {
                Add(reservation, account, use, now);
            }
        }

        return reservation;
    }

    // The call is announced with the event that comes next.
    private bool Draw(string tool, string id, LedgerReservation call)
    {
        if (!_leases.TryGetValue(tool, out var lease) || lease.IsUsedUp || !lease.Covers(call))
        {
            return false;
        }

        lease.Draw(_session.State.Sequence + 1);
        _drawn.Add(id);
        return true;
    }

    private void EndLeases()
    {
        foreach (var lease in _leases.Values)
        {
            _due.Add(lease.End());
        }

        _leases.Clear();
    }

    // The caller holds the gate.
    private List<LedgerSettlement> TakeDue()
    {
        if (_due.Count == 0)
        {
            return [];
        }

        var durable = _session.DurableSequence;
        var due = _due.FindAll(settlement => settlement.Sequence <= durable);
        _due.RemoveAll(settlement => settlement.Sequence <= durable);
        return due;
    }

    private string Words(LedgerRefusal refusal)
    {
        var words = refusal.Words(_budgets.Rules.Currency);
        return _ancestors.FirstOrDefault(ancestor => refusal.Account.Name == $"tree/{ancestor.RunId}") is { } above
            ? $"{BudgetMeasure.Words(refusal.Measure, refusal.Limit, _budgets.Rules.Currency)} of run {above.RunId}, which this run works for"
            : words;
    }

    // The process before died, or left work behind. The journal tells how each ended; where it does not, a model call is charged as
    // reserved, a call that was never announced costs nothing, and one that is open still is taken over.
    private async ValueTask RecoverAsync(JournalStore journal)
    {
        var left = _budgets.Ledger.Reservations(_runId + "/");
        if (left.Count == 0)
        {
            return;
        }

        var events = (await journal.ReadAsync(_session.State.SessionId, afterSequence: 0, CancellationToken.None)).Where(runEvent => runEvent.RunId == _runId).ToList();
        var ids = left.Select(reservation => reservation.Id[(_runId.Length + 1)..]).ToList();
        if (ids.Exists(CallLease.IsLease))
        {
            // Whatever is under way was counted, here or with its own reservation.
            _drawn.UnionWith(_session.State.Run!.OpenCalls.Where(call => call.Started && !ids.Contains(call.CallId)).Select(call => call.CallId));
        }

        foreach (var reservation in left)
        {
            var id = reservation.Id[(_runId.Length + 1)..];
            if (_session.State.Run!.OpenCalls.Exists(call => call.CallId == id && call.Started))
            {
                _held[id] = reservation;
                continue;
            }

            // A model call without a reply is settled with the event that charges the run for it.
            var used = LedgerSweep.Used(reservation, id, ids, events);
            var unanswered = used is null && ModelCallId.IsOne(id);
            _leftModelCall |= unanswered;
            _due.Add(new LedgerSettlement(reservation, used) { Sequence = unanswered ? _session.State.Sequence + 1 : 0 });
        }

        Flush();
    }
}
