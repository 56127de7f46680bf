namespace KernelHost.Runs;

/// <summary>A session that was made as a copy of another up to one of its events.</summary>
/// <param name="SessionId">The new session.</param>
/// <param name="RunId">Its latest run, to resume or look at; <see langword="null"/> when it was forked before its first.</param>
/// <param name="Agent">The agent whose conversation it is.</param>
/// <param name="CanResume">Whether that run is unfinished.</param>
/// <param name="FromSequence">The last event that was copied.</param>
public sealed record SessionFork(string SessionId, string? RunId, string Agent, bool CanResume, long FromSequence);
