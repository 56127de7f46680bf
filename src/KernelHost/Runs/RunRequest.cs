using KernelHost.Runs.Events;

namespace KernelHost.Runs;

/// <summary>What somebody asks of an agent.</summary>
/// <param name="Agent">The agent's name.</param>
/// <param name="Text">The request in the principal's words.</param>
/// <param name="Principal">On whose behalf.</param>
public sealed record RunRequest(string Agent, string Text, string Principal)
{
    /// <summary>The session to continue; <see langword="null"/> starts a new one.</summary>
    public string? SessionId { get; init; }

    /// <summary>Whether somebody is there to be asked while the run works.</summary>
    /// <value><see langword="null"/>: somebody is.</value>
    public Attendance? Attendance { get; init; }
}
