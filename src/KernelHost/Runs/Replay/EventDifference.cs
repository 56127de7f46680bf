namespace KernelHost.Runs.Replay;

/// <summary>One thing in which a replay is not the recording.</summary>
/// <param name="Sequence">The position in the session's journal; of the replay for an event that only the replay has.</param>
/// <param name="Event">The kind of event, as the journal names it.</param>
/// <param name="Member">The member that differs; <c>(event)</c> when only one side has the event, <c>(order)</c> when it came at another place.</param>
/// <param name="Recorded">What the journal holds, as JSON; <see langword="null"/> when it holds nothing.</param>
/// <param name="Replayed">What the replay made, as JSON; <see langword="null"/> when it made nothing.</param>
public sealed record EventDifference(long Sequence, string Event, string Member, string? Recorded, string? Replayed);
