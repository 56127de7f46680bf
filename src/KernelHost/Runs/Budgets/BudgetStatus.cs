using KernelHost.Policy.Budgets;

namespace KernelHost.Runs.Budgets;

/// <summary>How an account stands, as lists show it.</summary>
public sealed record BudgetStatus
{
    /// <summary>What it is for: <c>agent/support</c>.</summary>
    public required string Account { get; init; }

    /// <summary>When it begins anew.</summary>
    public required BudgetPeriod Period { get; init; }

    /// <summary>What is counted: <c>tokens</c>, <c>money</c>, <c>tool:customer-support/issue_refund</c>.</summary>
    public required string Measure { get; init; }

    /// <summary>The limit; money in millionths, time in milliseconds.</summary>
    public required long Limit { get; init; }

    /// <summary>What was used in this period.</summary>
    public required long Used { get; init; }

    /// <summary>What is set aside for work under way.</summary>
    public required long Reserved { get; init; }

    /// <summary>When the period ends; <see langword="null"/> when it does not.</summary>
    public DateTimeOffset? Resets { get; init; }

    /// <summary>An amount of the account with its unit.</summary>
    /// <param name="amount">The limit, or what was used.</param>
    /// <param name="currency">The host's currency.</param>
    public string Words(long amount, string currency) => BudgetMeasure.Words(Measure, amount, currency);
}
