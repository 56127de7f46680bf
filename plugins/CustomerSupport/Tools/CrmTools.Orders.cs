using System.ComponentModel;
using KernelHost.Plugins.CustomerSupport.Crm;
using Microsoft.SemanticKernel;

namespace KernelHost.Plugins.CustomerSupport.Tools;

internal sealed partial class CrmTools
{
    private const int LongestList = 50;

    [KernelFunction("get_order")]
    [Effect(ToolEffect.Read)]
    [Description("Gets one order by its number: status, where the parcel is, promised delivery and whether it is late, items, shipping cost, total, "
        + "customer, and refunds already made. Use it first for every question about a given order.")]
    public OrderDetails GetOrder([Description("The order number, for example 1042.")] int order_id) =>
        _orders.Get(order_id) ?? throw UnknownOrder(order_id);

    [KernelFunction("list_orders")]
    [Effect(ToolEffect.Read)]
    [Description("Lists a customer's orders, newest first. Use it when the customer is known but the order number is not.")]
    public OrderList ListOrders(
        [Description("The customer's number, as find_customer returns it.")] int customer_id,
        [Description("Only orders with this status.")] OrderStatus? status = null,
        [Role(ArgumentRole.Inert)][Description("How many orders at most, 1 to 50.")] int limit = 10)
    {
        if (limit is < 1 or > LongestList)
        {
            throw new ToolException($"The limit '{limit}' is out of range. Give a number from 1 to {LongestList}.");
        }

        if (status is { } wanted && !Enum.IsDefined(wanted))
        {
            throw new ToolException($"There is no status '{wanted}'. Give processing, in_transit, delivered, cancelled or returned.");
        }

        return _customers.Exists(customer_id) ? _orders.List(customer_id, status, limit) : throw UnknownCustomer(customer_id);
    }

    private static ToolException UnknownOrder(int orderId) =>
        new($"There is no order '{orderId}'. Check the number with the customer, or find the order with find_customer and list_orders.");

    private static ToolException UnknownCustomer(int customerId) =>
        new($"There is no customer '{customerId}'. Look the customer up with find_customer by e-mail or name.");
}
