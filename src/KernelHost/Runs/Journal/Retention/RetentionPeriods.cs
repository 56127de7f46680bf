using KernelHost.Text;

namespace KernelHost.Runs.Journal.Retention;

/// <summary>How long sessions are kept after their last event: <c>KernelHost:Retention</c>.</summary>
public sealed class RetentionPeriods
{
    private static readonly TimeSpan Shortest = TimeSpan.FromHours(1);

    /// <summary>How long the sessions of agents without a period of their own are kept: <c>KernelHost:Retention:Default</c>.</summary>
    /// <value><see langword="null"/>: for ever.</value>
    public TimeSpan? Default { get; init; }

    /// <summary>The periods of single agents: <c>KernelHost:Retention:Agents</c>. <see langword="null"/> is for ever.</summary>
    /// <value>None.</value>
    public IReadOnlyDictionary<string, TimeSpan?> Agents { get; init; } = new Dictionary<string, TimeSpan?>();

    /// <summary>Whether anything is ever pruned.</summary>
    public bool KeepsEverything => Default is null && Agents.Values.All(period => period is null);

    /// <summary>Reads a period as people write it: <c>90d</c>, <c>36h</c>, or <c>forever</c>, which is <see langword="null"/>.</summary>
    /// <param name="text">The period; an hour or more.</param>
    /// <param name="period">The period.</param>
    public static bool TryParse(string text, out TimeSpan? period)
    {
        period = null;
        if (text.Equals("forever", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (!Duration.TryParse(text, out var duration) || duration < Shortest)
        {
            return false;
        }

        period = duration;
        return true;
    }

    /// <summary>How long sessions of an agent are kept; <see langword="null"/> for ever.</summary>
    /// <param name="agent">The agent's name.</param>
    public TimeSpan? For(string agent) => Agents.TryGetValue(agent, out var period) ? period : Default;
}
