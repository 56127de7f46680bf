namespace KernelHost.CrashHost.Campaign;

/// <summary>What a campaign did and what went wrong.</summary>
internal sealed record CampaignCounts
{
    public int Kills { get; init; }

    public int Runs { get; init; }

    public long Events { get; init; }

    public int Executions { get; init; }

    public int Approvals { get; init; }

    /// <summary>Outcomes that people had to be asked about.</summary>
    public int Outcomes { get; init; }

    public int DuplicatedOnceEffects { get; init; }

    public int LostResults { get; init; }

    public int StuckSessions { get; init; }

    public int LostApprovals { get; init; }

    public long BudgetDrift { get; init; }

    /// <summary>What went wrong, in words; the first few.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    public static CampaignCounts operator +(CampaignCounts left, CampaignCounts right) => new()
    {
        Kills = left.Kills + right.Kills,
        Runs = left.Runs + right.Runs,
        Events = left.Events + right.Events,
        Executions = left.Executions + right.Executions,
        Approvals = left.Approvals + right.Approvals,
        Outcomes = left.Outcomes + right.Outcomes,
        DuplicatedOnceEffects = left.DuplicatedOnceEffects + right.DuplicatedOnceEffects,
        LostResults = left.LostResults + right.LostResults,
        StuckSessions = left.StuckSessions + right.StuckSessions,
        LostApprovals = left.LostApprovals + right.LostApprovals,
        BudgetDrift = left.BudgetDrift + right.BudgetDrift,
        Problems = [.. left.Problems.Concat(right.Problems).Take(20)],
    };
}
