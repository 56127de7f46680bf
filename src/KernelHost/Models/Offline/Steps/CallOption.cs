using KernelHost.Models.Offline.Filling;

namespace KernelHost.Models.Offline.Steps;

/// <summary>A tool that may serve a clause.</summary>
/// <param name="All">The calls that the clause would make of it: at least one.</param>
/// <param name="Lookups">The calls to make first, where values are missing.</param>
/// <param name="Score">How well it fits.</param>
internal sealed record CallOption(List<PlannedCall> All, List<PlannedCall> Lookups, double Score)
{
    public PlannedCall Call => All[0];

    public bool IsUsable => Call.IsComplete || Lookups.Count > 0;
}
