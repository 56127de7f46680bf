using KernelHost.Runs.Events;
using KernelHost.Runs.Stops;

namespace KernelHost.Runs.Budgets;

/// <summary>What stands over a run from outside of it: what operators have stopped, and the budgets it shares with others.</summary>
internal sealed class RunGuards
{
    /// <summary>Nothing does.</summary>
    public static RunGuards None { get; } = new();

    /// <summary>What operators have stopped.</summary>
    public KillSwitch Stops { get; init; } = KillSwitch.None;

    /// <summary>The budgets it shares.</summary>
    public RunAccounts Accounts { get; init; } = RunAccounts.None;

    /// <summary>In a replay, what the model calls of a plugin within a call used; <see langword="null"/> when plugins really make them.</summary>
    public Func<string, CallUsage?>? RecordedUsage { get; init; }

    /// <summary>In a replay, what the model read of a result and the whole of it; <see langword="null"/> when results are cut as they are now.</summary>
    public Func<string, object?, (object? Shown, object? Full)>? RecordedResult { get; init; }

    /// <summary>The runs above it, nearest first.</summary>
    public IReadOnlyList<RunAncestor> Ancestors { get; init; } = [];
}
