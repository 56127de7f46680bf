using System.Globalization;
using KernelHost.Policy.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Routing;
using KernelHost.Runs.State;
using Microsoft.Extensions.AI;

namespace KernelHost.Runs.Budgets;

/// <summary>
/// Sets aside and counts what the summary of a conversation uses. It is asked for while the model call that it makes room for is set aside: when
/// the process dies in between, that one is charged in its place.
/// </summary>
internal sealed class SummarySpending(BoundAgent agent, SessionWriter session, RunSpending spending)
{
    private const string Prefix = "summary/";

    private RunState Run => session.State.Run!;

    private string Id => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Run.Compactions + 1}");

    /// <summary>Whether something was set aside for a summary.</summary>
    public static bool IsOne(string id) => id.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>What a summary used by the journal; nothing while the journal does not hold it.</summary>
    public static BudgetUse Used(string id, List<RunEvent> events) =>
        Use(events.OfType<HistoryCompacted>().ElementAtOrDefault(int.Parse(id[Prefix.Length..], CultureInfo.InvariantCulture) - 1)?.Charged);

    /// <summary>Sets aside one summary.</summary>
    /// <returns><see langword="null"/> when there is no room for it beside the model call that follows.</returns>
    public ModelReservation? Reserve(BoundModel model, IReadOnlyList<ChatMessage> messages, int longest)
    {
        var spent = Run.Spent.Copy();
        spent.Apply(spending.Least);
        var input = messages.Sum(static message => TokenCount.OfMessage(TokenCount.Bytes(message.Text)));
        return ModelPlan.Refusal(agent.Limits, spent, input, model.Price, longest, out var reservation) is null
            && session.Guards.Accounts.Reserve(Id, Use(reservation.ToCharge())) is null
                ? reservation : null;
    }

    /// <summary>Settles what was set aside, before the compaction is staged.</summary>
    /// <param name="used">What it used; <see langword="null"/> for nothing.</param>
    public void Settle(ModelCharge? used) => session.Guards.Accounts.Settle(Id, Use(used), used is null ? 0 : session.State.Sequence + 1);

    private static BudgetUse Use(ModelCharge? charge) => charge is null
        ? default
        : new BudgetUse { InputTokens = charge.InputTokens, OutputTokens = charge.OutputTokens, Money = charge.CostMicros ?? 0, ModelCalls = 1 };
}
