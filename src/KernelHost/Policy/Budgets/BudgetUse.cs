namespace KernelHost.Policy.Budgets;

/// <summary>What one model call, tool call or question takes from budgets.</summary>
internal readonly record struct BudgetUse
{
    public long Money { get; init; }

    public long InputTokens { get; init; }

    public long OutputTokens { get; init; }

    public int ModelCalls { get; init; }

    public int Steps { get; init; }

    public int ToolCalls { get; init; }

    /// <summary>The qualified name of the tool; <see langword="null"/> for a model call.</summary>
    public string? Tool { get; init; }

    public int ApprovalPrompts { get; init; }

    public long BytesOut { get; init; }

    public long WallTimeMs { get; init; }

    /// <summary>How much of a measure.</summary>
    public long Of(string measure) => measure switch
    {
        BudgetMeasure.Money => Money,
        BudgetMeasure.InputTokens => InputTokens,
        BudgetMeasure.OutputTokens => OutputTokens,
        BudgetMeasure.Tokens => InputTokens + OutputTokens,
        BudgetMeasure.ModelCalls => ModelCalls,
        BudgetMeasure.Steps => Steps,
        BudgetMeasure.ToolCalls => ToolCalls,
        BudgetMeasure.ApprovalPrompts => ApprovalPrompts,
        BudgetMeasure.BytesOut => BytesOut,
        BudgetMeasure.WallTime => WallTimeMs,
        _ => Tool is not null && BudgetMeasure.ToolOf(measure) == Tool ? ToolCalls : 0,
    };
}
