using System.ComponentModel;
using KernelHost.Plugins.CustomerSupport.Crm;
using Microsoft.SemanticKernel;

namespace KernelHost.Plugins.CustomerSupport.Tools;

internal sealed partial class CrmTools
{
    private const int LongestSearch = 320;

    [KernelFunction("find_customer")]
    [Effect(ToolEffect.Read)]
    [Description("Finds customers by e-mail address, by name or by customer id. Use it when a person is named but no order number is given; "
        + "it returns up to 10 customers with their customerId.")]
    public CustomerMatches FindCustomer(
        [Description("The exact e-mail address.")] string? email = null,
        [Description("The name or a part of it; accents and upper case do not matter.")] string? name = null,
        [Description("The customer's number.")] int? customer_id = null)
    {
        if (Math.Max(email?.Length ?? 0, name?.Length ?? 0) is > LongestSearch and var length)
        {
            throw new ToolException($"The search text has {length} characters. Shorten it to {LongestSearch}.");
        }

        var folded = SearchText.Fold(name ?? "");
        if (string.IsNullOrWhiteSpace(email) && folded.Length == 0 && customer_id is null)
        {
            throw new ToolException("Nothing to search for. Give at least one of 'email', 'name' (with a letter or digit) or 'customer_id'.");
        }

        return _customers.Find(email?.Trim(), folded, customer_id);
    }
}
