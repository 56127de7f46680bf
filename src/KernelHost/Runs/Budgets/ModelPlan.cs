using System.Globalization;
using KernelHost.Agents;
using KernelHost.Models;
using KernelHost.Text;

namespace KernelHost.Runs.Budgets;

/// <summary>Says whether one more model call fits into what is left of a run, and how long its answer may become. Pure.</summary>
internal static class ModelPlan
{
    /// <summary>What is set aside for an answer where the model's configuration states no most.</summary>
    public const int UsualAnswer = 8192;

    /// <summary>A shorter answer is of no use: it would be cut off in its first sentence.</summary>
    public const int SmallestAnswer = 64;

    /// <summary>Plans the call.</summary>
    /// <param name="limits">The run's limits.</param>
    /// <param name="spent">What it has used.</param>
    /// <param name="input">The tokens that will be sent, as estimated.</param>
    /// <param name="price">What the model charges; <see langword="null"/> when nobody knows.</param>
    /// <param name="largestAnswer">The most the model's configuration allows; <see langword="null"/> when it does not say.</param>
    /// <param name="reservation">What to set aside.</param>
    /// <returns>The limit in words when the call does not fit.</returns>
    public static string? Refusal(AgentLimits limits, Spent spent, long input, ModelPrice? price, int? largestAnswer, out ModelReservation reservation)
    {
        var answer = (long)(largestAnswer ?? UsualAnswer);
        var smallest = Math.Min(answer, SmallestAnswer);
        reservation = default;
        if (limits.InputTokens is { } inputs && spent.InputTokens + input > inputs)
        {
            return Words(inputs, "input tokens");
        }

        answer = Math.Min(answer, limits.Tokens - spent.InputTokens - spent.OutputTokens - input);
        if (answer < smallest)
        {
            return Words(limits.Tokens, "tokens");
        }

        if (limits.OutputTokens is { } outputs)
        {
            answer = Math.Min(answer, outputs - spent.OutputTokens);
            if (answer < smallest)
            {
                return Words(outputs, "output tokens");
            }
        }

        if (limits.Money is { } money)
        {
            // Without a price nobody knows what a call costs, so none fits. The agent does not load; this is for one built in code.
            answer = price is null ? 0 : Math.Min(answer, price.OutputFor(money.Micros - spent.CostMicros - price.Cost(input, 0)));
            if (answer < smallest)
            {
                return money.ToString();
            }
        }

        reservation = new ModelReservation(input, answer, price?.Cost(input, answer) is > 0 and var cost ? cost : null);
        return null;
    }

    /// <summary>Whether the model must be told how much it may write: it could otherwise write past a limit.</summary>
    public static bool IsCapped(AgentLimits limits, in ModelReservation reservation, int? largestAnswer) =>
        reservation.OutputTokens < (largestAnswer ?? UsualAnswer) || (largestAnswer is null && (limits.Money is not null || limits.OutputTokens is not null));

    private static string Words(int number, string of) => string.Create(CultureInfo.InvariantCulture, $"{number} {of}");
}
