using System.Globalization;
using KernelHost.Text;

namespace KernelHost.Policy.Budgets;

/// <summary>What budgets count. Every measure is a whole number.</summary>
internal static class BudgetMeasure
{
    public const string Money = "money";
    public const string InputTokens = "inputTokens";
    public const string OutputTokens = "outputTokens";
    public const string Tokens = "tokens";
    public const string ModelCalls = "modelCalls";
    public const string Steps = "steps";
    public const string ToolCalls = "toolCalls";
    public const string ApprovalPrompts = "approvalPrompts";
    public const string BytesOut = "bytesOut";

    /// <summary>In milliseconds. Known only afterwards, so nothing is set aside for it: what is begun may exceed it.</summary>
    public const string WallTime = "wallTime";

    private const string ToolPrefix = "tool:";

    /// <summary>The calls of one tool.</summary>
    public static string Tool(string qualifiedName) => ToolPrefix + qualifiedName;

    /// <summary>The tool whose calls a measure counts; <see langword="null"/> when it is another.</summary>
    public static string? ToolOf(string measure) => measure.StartsWith(ToolPrefix, StringComparison.Ordinal) ? measure[ToolPrefix.Length..] : null;

    /// <summary>An amount with its unit: <c>500 tokens</c>, <c>0.50 USD</c>.</summary>
    public static string Words(string measure, long amount, string currency) => measure switch
    {
        Money => new Money(amount, currency).ToString(),
        InputTokens => Number(amount, "input tokens"),
        OutputTokens => Number(amount, "output tokens"),
        Tokens => Number(amount, "tokens"),
        ModelCalls => Number(amount, "model calls"),
        Steps => Number(amount, "steps"),
        ToolCalls => Number(amount, "tool calls"),
        ApprovalPrompts => Number(amount, "approval prompts"),
        BytesOut => Number(amount, "bytes sent out"),
        WallTime => string.Create(CultureInfo.InvariantCulture, $"{amount / 1000.0:0.###} seconds of work"),
        _ => Number(amount, $"calls of '{ToolOf(measure)}'"),
    };

    private static string Number(long amount, string of) => string.Create(CultureInfo.InvariantCulture, $"{amount} {of}");
}
