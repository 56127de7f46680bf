using KernelHost.Agents;
using KernelHost.Runs.Events;
using KernelHost.Text;

namespace KernelHost.Runs.Budgets;

/// <summary>How much more than its limits people have allowed a run. Immutable.</summary>
internal sealed record LimitRaise
{
    public static LimitRaise None { get; } = new();

    public long Steps { get; init; }

    public long ToolCalls { get; init; }

    public long Tokens { get; init; }

    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    /// <summary>In millionths of the host's currency.</summary>
    public long Money { get; init; }

    public static LimitRaise Of(ToppedUp more) => new()
    {
        Steps = more.Steps ?? 0,
        ToolCalls = more.ToolCalls ?? 0,
        Tokens = more.Tokens ?? 0,
        InputTokens = more.InputTokens ?? 0,
        OutputTokens = more.OutputTokens ?? 0,
        Money = more.Money ?? 0,
    };

    /// <summary>Both together.</summary>
    public LimitRaise Plus(LimitRaise more) => new()
    {
        Steps = Steps + more.Steps,
        ToolCalls = ToolCalls + more.ToolCalls,
        Tokens = Tokens + more.Tokens,
        InputTokens = InputTokens + more.InputTokens,
        OutputTokens = OutputTokens + more.OutputTokens,
        Money = Money + more.Money,
    };

    /// <summary>The limits with this much more. What is not bounded stays so.</summary>
    public AgentLimits Apply(AgentLimits limits) => this == None ? limits : limits with
    {
        Steps = Sum(limits.Steps, Steps),
        ToolCalls = Sum(limits.ToolCalls, ToolCalls),
        Tokens = Sum(limits.Tokens, Tokens),
        InputTokens = limits.InputTokens is { } input ? Sum(input, InputTokens) : null,
        OutputTokens = limits.OutputTokens is { } output ? Sum(output, OutputTokens) : null,
        Money = limits.Money is { } money ? money with { Micros = money.Micros + Money } : null,
    };

    private static int Sum(int limit, long more) => (int)Math.Min(limit + more, int.MaxValue);
}
