namespace KernelHost.Runs.Journal;

/// <summary>What a check of the hash chains found.</summary>
public sealed record JournalVerification
{
    /// <summary>How many events were checked.</summary>
    public required long Events { get; init; }

    /// <summary>Of how many of them text was taken out, by the records of that.</summary>
    public long ForgottenEvents { get; init; }

    /// <summary>The end of the chain of each session that is sound, by session.</summary>
    public required IReadOnlyList<SessionHead> Sessions { get; init; }

    /// <summary>The first thing wrong in each session that is not, by session.</summary>
    public required IReadOnlyList<JournalProblem> Problems { get; init; }

    /// <summary>How many sessions were pruned from the file since it was created, by the sealed records of that.</summary>
    public int PrunedSessions { get; init; }

    /// <summary>The seal of the last such record, which covers all before it; <see langword="null"/> when nothing was pruned.</summary>
    public string? PrunedSeal { get; init; }

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsSound => Problems.Count == 0;
}

/// <summary>Where the journal of a session is not what was written.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Sequence">The first event that is changed, missing or not from the writer.</param>
/// <param name="Message">What is wrong, in a sentence.</param>
public sealed record JournalProblem(string SessionId, long Sequence, string Message);
