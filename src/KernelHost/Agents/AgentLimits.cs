using System.Collections.Frozen;
using KernelHost.Text;

namespace KernelHost.Agents;

/// <summary>Where a run of an agent ends. At a limit the agent answers with what it knows.</summary>
public sealed record AgentLimits
{
    private static readonly FrozenDictionary<string, int> NoTools = FrozenDictionary<string, int>.Empty;

    /// <summary>Model calls per run, from 1 to 10,000.</summary>
    /// <value>20</value>
    public int Steps { get; init; } = 20;

    /// <summary>Tool calls per run, those of its sub-runs included, from 0 to 100,000.</summary>
    /// <value>40</value>
    public int ToolCalls { get; init; } = 40;

    /// <summary>Tokens per run, sent and received together, from 1 to 1,000,000,000.</summary>
    /// <value>200,000</value>
    public int Tokens { get; init; } = 200_000;

    /// <summary>Tokens sent per run.</summary>
    /// <value><see langword="null"/>: only <see cref="Tokens"/> bounds them.</value>
    public int? InputTokens { get; init; }

    /// <summary>Tokens received per run.</summary>
    /// <value><see langword="null"/>: only <see cref="Tokens"/> bounds them.</value>
    public int? OutputTokens { get; init; }

    /// <summary>What the models of a run may cost. Needs a price of every model the run may use.</summary>
    /// <value><see langword="null"/>: no bound.</value>
    public Money? Money { get; init; }

    /// <summary>How often a run may ask a person whether a call may be made.</summary>
    /// <value><see langword="null"/>: no bound but <see cref="ToolCalls"/>.</value>
    public int? ApprovalPrompts { get; init; }

    /// <summary>Bytes of arguments, as JSON, that a run may send to tools from which data leaves.</summary>
    /// <value><see langword="null"/>: no bound.</value>
    public long? BytesOut { get; init; }

    /// <summary>Calls per run of single tools, by their qualified names.</summary>
    /// <value>Empty.</value>
    public IReadOnlyDictionary<string, int> Tools { get; init; } = NoTools;

    /// <summary>Time a run may work, from one second to 30 days. Waiting for a person does not count.</summary>
    /// <value>Five minutes</value>
    public TimeSpan WallTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Tool calls at the same time, from 1 to 64.</summary>
    /// <value>4</value>
    public int ParallelCalls { get; init; } = 4;

    /// <summary>What happens when no room is left for another model call.</summary>
    /// <value><see cref="AtLimit.WrapUp"/></value>
    public AtLimit AtLimit { get; init; }

    /// <summary>The model to go on with, a name in the configuration; with <see cref="AtLimit.CheaperModel"/> only.</summary>
    public string? CheaperModel { get; init; }

    /// <summary>How often the same call with the same arguments may be made before the model is warned; the next one ends the run. 0 never ends it.</summary>
    /// <value>3</value>
    public int RepeatedCalls { get; init; } = 3;

    /// <summary>After how many replies in a row whose reads brought nothing new the model is warned; the next one ends the run. 0 never ends it.</summary>
    /// <value>6</value>
    public int StaleRounds { get; init; } = 6;
}
