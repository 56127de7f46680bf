namespace KernelHost.Runs.Budgets;

/// <summary>What an account has used of one measure in one period.</summary>
/// <param name="Account">The account's name in the ledger.</param>
/// <param name="Period">When the period began.</param>
/// <param name="Measure">What is counted.</param>
/// <param name="Used">What was used.</param>
/// <param name="Reserved">What is set aside for work under way.</param>
public sealed record LedgerRow(string Account, DateTimeOffset Period, string Measure, long Used, long Reserved);
