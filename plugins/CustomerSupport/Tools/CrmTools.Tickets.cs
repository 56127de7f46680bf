using System.ComponentModel;
using KernelHost.Plugins.CustomerSupport.Crm;
using Microsoft.SemanticKernel;

namespace KernelHost.Plugins.CustomerSupport.Tools;

internal sealed partial class CrmTools
{
    private const int LongestSubject = 200;
    private const int LongestBody = 10_000;

    [KernelFunction("open_ticket")]
    [Effect(ToolEffect.Keyed, ResultIntegrity = Integrity.Typed)]
    [Description("Opens a ticket for a person at the support desk. "
        + "Use it for what no other tool can do: a lost parcel, a complaint, a repair, an address change.")]
    public TicketOpened OpenTicket(
        ToolContext context,
        [Description("The customer's number.")] int customer_id,
        [Role(ArgumentRole.Payload)][Description("One line that says what it is about.")] string subject,
        [Role(ArgumentRole.Payload)][Description("What happened and what the customer asks for.")] string body,
        [Description("How soon a person should look at it.")] TicketPriority priority = TicketPriority.Normal,
        [Description("The order it concerns, if any; it must be the customer's own.")] int? order_id = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        var draft = new TicketDraft(
            customer_id, order_id, Text(subject, nameof(subject), LongestSubject), Text(body, nameof(body), LongestBody), priority);
        if (!Enum.IsDefined(priority))
        {
            throw new ToolException($"There is no priority '{priority}'. Give low, normal, high or urgent.");
        }

        if (!_customers.Exists(customer_id))
        {
            throw UnknownCustomer(customer_id);
        }

        if (order_id is { } id && _orders.CustomerOf(id) != customer_id)
        {
            throw new ToolException($"Customer '{customer_id}' has no order '{id}'. Leave order_id out, or look the order up with list_orders.");
        }

        return _tickets.Open(draft, context.IdempotencyKey);
    }

    private static string Text(string? value, string name, int longest)
    {
        var text = value?.Trim() ?? "";
        return text.Length switch
        {
            0 => throw new ToolException($"The {name} is empty. Say in it what the ticket is about."),
            _ when text.Length > longest => throw new ToolException($"The {name} has {text.Length} characters. Shorten it to {longest}."),
            _ => text,
        };
    }
}
