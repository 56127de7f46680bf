namespace KernelHost.Runs.Journal;

/// <summary>Where the hash chain of a session ends. Kept elsewhere, it shows later that the session has not been rewritten since.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Sequence">The sequence of its last event.</param>
/// <param name="Hash">The hash of that event, which covers all before it; lower-case hexadecimal.</param>
public sealed record SessionHead(string SessionId, long Sequence, string Hash);
