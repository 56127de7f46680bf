using System.ComponentModel;
using KernelHost.Plugins.CustomerSupport.Crm;
using Microsoft.SemanticKernel;

namespace KernelHost.Plugins.CustomerSupport.Tools;

internal sealed partial class CrmTools
{
    private const int LongestReason = 500;

    [KernelFunction("issue_refund")]
    [Effect(ToolEffect.Once, ResultIntegrity = Integrity.Typed)]
    [Description("Pays money back to the customer for an order: the shipping fee, one item, or the full order. The amount follows from the order. "
        + "Use it only when the customer asks for it and the help centre's rules allow it; look at the order with get_order first.")]
    public RefundIssued IssueRefund(
        ToolContext context,
        [Description("The order number.")] int order_id,
        [Description("What is paid back: shipping (the shipping fee), item (one item, needs item_id) or full (everything).")] RefundScope scope,
        [Role(ArgumentRole.Payload)][Description("Why, in a few words; kept with the refund.")] string? reason = null,
        [Description("For scope item: the itemId of the order's item, as get_order shows it.")] int? item_id = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (scope is RefundScope.Item != item_id.HasValue)
        {
            throw new ToolException(item_id is null
                ? "A refund of scope 'item' needs item_id. Take the itemId from get_order."
                : $"An item_id is given, '{item_id}', but the scope is '{scope.ToText()}'. Use scope 'item', or leave item_id out.");
        }

        var text = reason?.Trim();
        if (text?.Length > LongestReason)
        {
            throw new ToolException($"The reason has {text.Length} characters. Shorten it to {LongestReason}.");
        }

        return _refunds.Issue(new RefundRequest(order_id, scope, item_id, text), context.IdempotencyKey) ?? throw UnknownOrder(order_id);
    }

    /// <summary>The book is written in one transaction together with the key, so what is not in it when the call is over never will be.</summary>
    [OutcomeOf("issue_refund")]
    internal CallOutcome RefundOutcome(ToolContext context) =>
        _refunds.Find(context.IdempotencyKey) is { } refund ? CallOutcome.Happened(refund) : CallOutcome.DidNotHappen;
}
