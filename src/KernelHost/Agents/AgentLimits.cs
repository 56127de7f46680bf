namespace KernelHost.Agents;

/// <summary>Where a run of an agent ends. At a limit the agent answers with what it knows.</summary>
public sealed record AgentLimits
{
    /// <summary>Model calls per run, from 1 to 10,000.</summary>
    /// <value>20</value>
    public int Steps { get; init; } = 20;

    /// <summary>Tool calls per run, from 0 to 100,000.</summary>
    /// <value>40</value>
    public int ToolCalls { get; init; } = 40;

    /// <summary>Tokens per run, sent and received together, from 1 to 1,000,000,000.</summary>
    /// <value>200,000</value>
    public int Tokens { get; init; } = 200_000;

    /// <summary>Time a run may work, from one second to 30 days. Waiting for a person does not count.</summary>
    /// <value>Five minutes</value>
    public TimeSpan WallTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Tool calls at the same time, from 1 to 64.</summary>
    /// <value>4</value>
    public int ParallelCalls { get; init; } = 4;
}
