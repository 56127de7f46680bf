namespace KernelHost.Runs.Journal.Retention;

/// <summary>The record of a session that was removed. It holds nothing of what was said in it.</summary>
/// <param name="Number">The position in the list of all that were removed from this file, from 1.</param>
/// <param name="SessionId">The session.</param>
/// <param name="Sequence">The sequence of its last event.</param>
/// <param name="Hash">The hash of that event, which covers all before it; lower-case hexadecimal.</param>
/// <param name="Runs">How many runs it had.</param>
/// <param name="At">When it was removed.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="Seal">SHA-256 over the seal before it and all of this record; lower-case hexadecimal.</param>
public sealed record PrunedSession(long Number, string SessionId, long Sequence, string Hash, int Runs, DateTimeOffset At, string By, string Seal);
