namespace KernelHost.Runs.Journal.Forgetting;

/// <summary>What to take out of the journal.</summary>
/// <param name="Subject">Names it in the records without telling it.</param>
/// <param name="Texts">The texts, word for word, each of at least four characters.</param>
/// <param name="By">Who orders it.</param>
public sealed record ForgetRequest(string Subject, IReadOnlyCollection<string> Texts, string By)
{
    /// <summary>Whether only to count.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What was taken out of the journal.</summary>
public sealed record ForgetReport
{
    /// <summary>Sessions that the text was taken out of; or, when only counted, that hold it.</summary>
    public required int Sessions { get; init; }

    /// <summary>Events likewise.</summary>
    public required int Events { get; init; }

    /// <summary>Rows of the lists of runs, approvals and remembered rules likewise.</summary>
    public required int Rows { get; init; }

    /// <summary>Sessions that hold the text and that somebody works in: they stay as they are. Try again later.</summary>
    public required IReadOnlyList<string> Busy { get; init; }

    /// <summary>Whether the bytes of the file and its log were searched afterwards and hold the text nowhere; <see langword="null"/> when only counted, or sessions were busy.</summary>
    public bool? IsGone { get; init; }
}
