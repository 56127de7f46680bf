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

    /// <summary>The runs above it, nearest first.</summary>
    public IReadOnlyList<RunAncestor> Ancestors { get; init; } = [];
}
