using System.CommandLine;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Runs.Budgets;

namespace KernelHost.Cli.Commands;

/// <summary><c>budget</c></summary>
internal static class BudgetCommand
{
    public static Command Create(CommandExecution execute) =>
        new Command("budget", "Shows what is left of the budgets that runs share.").Does(execute, ShowAsync);

    private static async Task<int> ShowAsync(CliContext context)
    {
        var (budgets, currency) = (await context.Host.ListBudgetsAsync(context.CancellationToken), context.Host.Options.Currency);
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject { ["currency"] = currency, ["budgets"] = JsonOutput.Array(budgets, Write) });
        }
        else if (budgets.Count == 0)
        {
            context.Screen.Tell(context.Host.Options.Budgets.Count == 0 ? "No budgets are shared. They are configured in 'KernelHost:Budgets'." : "No budget has been used in its present period.");
        }
        else
        {
            var table = new Table("Account", "Per", "Limit", "Used", "Reserved", "Left", "Resets");
            foreach (var budget in budgets)
            {
                table.Add(
                    budget.Account,
                    JsonOutput.Name(budget.Period),
                    budget.Words(budget.Limit, currency),
                    budget.Words(budget.Used, currency),
                    budget.Words(budget.Reserved, currency),
                    budget.Words(Left(budget), currency),
                    budget.Resets is { } resets ? Times.Local(resets) : "never");
            }

            table.Write(context.Screen);
        }

        return ExitCode.Done;
    }

    private static long Left(BudgetStatus budget) => Math.Max(0, budget.Limit - budget.Used - budget.Reserved);

    private static JsonObject Write(BudgetStatus budget) => new()
    {
        ["account"] = budget.Account,
        ["per"] = JsonOutput.Name(budget.Period),
        ["measure"] = budget.Measure,
        ["limit"] = budget.Limit,
        ["used"] = budget.Used,
        ["reserved"] = budget.Reserved,
        ["left"] = Left(budget),
        ["resets"] = budget.Resets is { } resets ? JsonOutput.Time(resets) : null,
    };
}
