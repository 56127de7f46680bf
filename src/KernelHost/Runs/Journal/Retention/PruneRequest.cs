namespace KernelHost.Runs.Journal.Retention;

/// <summary>Which sessions to remove from a journal.</summary>
/// <param name="Periods">How long sessions are kept.</param>
/// <param name="By">Who asks for it; kept in the record.</param>
public sealed record PruneRequest(RetentionPeriods Periods, string By)
{
    /// <summary>Only sessions that this agent alone has worked in; <see langword="null"/> for all.</summary>
    public string? Agent { get; init; }

    /// <summary>Counts what would be removed and removes nothing.</summary>
    public bool DryRun { get; init; }
}
