namespace KernelHost.Runs.State;

/// <summary>A session as it was folded up to one of its events, so that opening it need not fold what lies before. A cache: the events are the truth.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Sequence">The last event folded in.</param>
/// <param name="State">What <see cref="SnapshotJson"/> wrote.</param>
internal sealed record SessionSnapshot(string SessionId, long Sequence, byte[] State);
