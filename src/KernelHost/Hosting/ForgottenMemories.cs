using KernelHost.Memory.Recall;
using KernelHost.Runs.Journal.Forgetting;

namespace KernelHost.Hosting;

/// <summary>What was forgotten, and how it was made sure of.</summary>
/// <param name="Items">The memories that are gone from texts, words and vectors; or, when only counted, that would be.</param>
/// <param name="Journal">What was taken out of the journal; <see langword="null"/> when every text was too short for that.</param>
public sealed record ForgottenMemories(IReadOnlyList<MemoryItem> Items, ForgetReport? Journal)
{
    /// <summary>Whether a search for the texts, by words and by vectors, finds none of them any more; <see langword="null"/> when only counted, or there were no memories.</summary>
    public bool? IsUnfindable { get; init; }

    /// <summary>Whether the bytes of the embedded store's file were searched and hold the texts nowhere; <see langword="null"/> when only counted, or for a server.</summary>
    public bool? IsGoneFromFile { get; init; }

    /// <summary>Memories whose texts are too short to be taken out of the journal without harm to other words.</summary>
    public IReadOnlyList<MemoryItem> TooShort { get; init; } = [];

    /// <summary>Whether nothing is left to do.</summary>
    public bool IsComplete => IsUnfindable != false && IsGoneFromFile != false && Journal is null or { IsGone: true } && TooShort.Count == 0;
}
