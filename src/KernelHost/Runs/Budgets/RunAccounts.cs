using KernelHost.Policy.Budgets;

namespace KernelHost.Runs.Budgets;

/// <summary>The accounts one run draws from beside its own limits. Safe for concurrent use.</summary>
internal abstract class RunAccounts
{
    /// <summary>No budget is shared: nothing is reserved and nothing is written.</summary>
    public static RunAccounts None { get; } = new Nothing();

    /// <summary>Whether there are any.</summary>
    public abstract bool Any { get; }

    /// <summary>Reserves in all accounts or in none.</summary>
    /// <param name="id">The work within the run: <c>m3</c> for a model call, the call's id for a tool call.</param>
    /// <param name="use">What it may take.</param>
    /// <param name="plugin">The plugin that does it; <see langword="null"/> when the run itself does.</param>
    /// <returns>The account that has not enough; <see langword="null"/> when it is reserved.</returns>
    public abstract AccountRefusal? Reserve(string id, in BudgetUse use, string? plugin = null);

    /// <summary>Settles once the event that tells the outcome is durable.</summary>
    /// <param name="id">The work.</param>
    /// <param name="used">What it took; <see langword="null"/> for what was reserved.</param>
    /// <param name="sequence">The event's sequence.</param>
    /// <param name="wallTimeMs">How long it took, where <paramref name="used"/> does not say.</param>
    public abstract void Settle(string id, BudgetUse? used, long sequence, long wallTimeMs = 0);

    /// <summary>Whether a process that died left a model call behind of which no reply came.</summary>
    public virtual bool LeftModelCall => false;

    /// <summary>The id of the question about a call.</summary>
    public static string Question(string callId) => callId + "/ask";

    /// <summary>Settles what is due by now.</summary>
    public abstract void Flush();

    private sealed class Nothing : RunAccounts
    {
        public override bool Any => false;

        public override AccountRefusal? Reserve(string id, in BudgetUse use, string? plugin = null) => null;

        public override void Settle(string id, BudgetUse? used, long sequence, long wallTimeMs = 0)
        {
        }

        public override void Flush()
        {
        }
    }
}

/// <summary>Why a shared budget has no room.</summary>
/// <param name="Limit">The limit in words.</param>
/// <param name="Measure">What there is too little of.</param>
/// <param name="Left">How much is left.</param>
internal sealed record AccountRefusal(string Limit, string Measure, long Left);
