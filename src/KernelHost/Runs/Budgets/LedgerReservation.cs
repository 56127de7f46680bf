using KernelHost.Policy.Budgets;

namespace KernelHost.Runs.Budgets;

/// <summary>What is set aside in each account for one piece of work.</summary>
/// <param name="id">The work: <c>run/step</c> or <c>run/call</c>.</param>
internal sealed class LedgerReservation(string id)
{
    private readonly List<LedgerCharge> _charges = [];

    public string Id { get; } = id;

    public IReadOnlyList<LedgerCharge> Charges => _charges;

    /// <summary>How many pieces of such work it may be for at most, as long as it takes but a small part of what is left.</summary>
    public int Most { get; init; } = 1;

    /// <summary>How many pieces of work it is for.</summary>
    public int Block { get; private set; } = 1;

    public void Add(in LedgerCharge charge) => _charges.Add(charge);

    /// <summary>Makes it be for several, before it is reserved.</summary>
    public void Widen(int block)
    {
        Block = block;
        for (var i = 0; i < _charges.Count; i++)
        {
            _charges[i] = _charges[i] with { Amount = _charges[i].Amount * block };
        }
    }
}

/// <summary>An amount in one account.</summary>
/// <param name="Account">The account's name in the ledger.</param>
/// <param name="Period">When its period began, in seconds since 1970.</param>
/// <param name="Measure">What is counted.</param>
/// <param name="Amount">How much.</param>
/// <param name="Limit">What the account may hold.</param>
/// <param name="Of">The account; <see langword="null"/> when it was read back.</param>
internal readonly record struct LedgerCharge(string Account, long Period, string Measure, long Amount, long Limit, BudgetAccount? Of);

/// <summary>How a reservation ends.</summary>
/// <param name="Reservation">The reservation.</param>
/// <param name="Used">What was used; <see langword="null"/> for what was reserved.</param>
internal readonly record struct LedgerSettlement(LedgerReservation Reservation, BudgetUse? Used)
{
    /// <summary>The sequence of the event that tells how it ended: settled only once that is durable, so that journal and ledger agree after a crash.</summary>
    public long Sequence { get; init; }

    /// <summary>How long it took, where <see cref="Used"/> does not say.</summary>
    public long WallTimeMs { get; init; }

    public long Amount(in LedgerCharge charge) => Used is { } used ? used.Of(charge.Measure) : charge.Measure == BudgetMeasure.WallTime ? WallTimeMs : charge.Amount;
}
