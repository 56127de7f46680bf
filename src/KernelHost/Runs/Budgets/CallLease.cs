using KernelHost.Policy.Budgets;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.Budgets;

/// <summary>
/// Calls of one tool that a run has reserved in one go and draws from in memory. Which calls those are follows from the journal: those of the tool
/// from the one that the lease is named after, in the order in which they were announced, up to where the next reservation for the tool begins. So what a
/// process that died had used of it is known to whoever looks. Not thread-safe.
/// </summary>
/// <param name="reservation">The reservation.</param>
internal sealed class CallLease(LedgerReservation reservation)
{
    /// <summary>No lease is longer.</summary>
    public const int Longest = 32;

    private const string Suffix = "/lease";

    private int _drawn;
    private long _sequence;

    /// <summary>How many calls it is for.</summary>
    public int Length => reservation.Block;

    public bool IsUsedUp => _drawn == reservation.Block;

    public static string Id(string callId) => callId + Suffix;

    public static bool IsLease(string id) => id.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>Whether a reservation for one call can be made for several: whatever it takes, each call takes one.</summary>
    public static bool CanBe(LedgerReservation reservation)
    {
        for (var i = 0; i < reservation.Charges.Count; i++)
        {
            var charge = reservation.Charges[i];
            if (charge.Amount != 1 || (charge.Measure != BudgetMeasure.ToolCalls && BudgetMeasure.ToolOf(charge.Measure) is null))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether it takes from the same accounts, in the same periods, as a call would by itself.</summary>
    public bool Covers(LedgerReservation call)
    {
        var (ours, theirs) = (reservation.Charges, call.Charges);
        if (ours.Count != theirs.Count)
        {
            return false;
        }

        for (var i = 0; i < ours.Count; i++)
        {
            if (ours[i].Period != theirs[i].Period || ours[i].Account != theirs[i].Account || ours[i].Measure != theirs[i].Measure)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes one call.</summary>
    /// <param name="sequence">The sequence of the event that announces it.</param>
    public void Draw(long sequence) => (_drawn, _sequence) = (_drawn + 1, sequence);

    /// <summary>What was drawn is used, the rest is given back; once the last call that was drawn is announced on disk.</summary>
    public LedgerSettlement End() => new(reservation, Use(reservation, _drawn)) { Sequence = _sequence };

    /// <summary>What was used of a lease, by the journal.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="id">Its id within the run.</param>
    /// <param name="reserved">The ids of all reservations of the run.</param>
    /// <param name="events">The run's events.</param>
    public static BudgetUse Used(LedgerReservation lease, string id, IEnumerable<string> reserved, List<RunEvent> events)
    {
        var first = id[..^Suffix.Length];
        var proposed = events.OfType<ModelReplied>().SelectMany(static reply => reply.Calls).ToLookup(static call => call.CallId, static call => call.Name);
        var tool = proposed[first].FirstOrDefault();
        var others = reserved.Select(static other => IsLease(other) ? other[..^Suffix.Length] : other).Where(other => other != first).ToHashSet(StringComparer.Ordinal);

        // A call that is made again after a crash is announced again and counts once.
        var calls = events.OfType<CallStarted>().Select(static started => started.CallId).Distinct()
            .SkipWhile(callId => callId != first)
            .Where(callId => proposed[callId].FirstOrDefault() == tool)
            .TakeWhile(callId => !others.Contains(callId));
        return Use(lease, (int)Math.Min(calls.Count(), lease.Charges.Count == 0 ? 0 : lease.Charges[0].Amount));
    }

    private static BudgetUse Use(LedgerReservation lease, int calls)
    {
        string? tool = null;
        for (var i = 0; i < lease.Charges.Count && tool is null; i++)
        {
            tool = BudgetMeasure.ToolOf(lease.Charges[i].Measure);
        }

        return new BudgetUse { ToolCalls = calls, Tool = tool };
    }
}
