using Microsoft.Data.Sqlite;

namespace KernelHost.Plugins.CustomerSupport.Crm;

/// <summary>What was paid for an order and what has been paid back, and from that the amount of the next refund.</summary>
internal sealed record RefundableOrder(int Id, OrderStatus Status, long ShippingCents)
{
    public required IReadOnlyDictionary<int, long> ItemCents { get; init; }

    public required IReadOnlyList<PastRefund> Refunds { get; init; }

    private long TotalCents => ItemCents.Values.Sum() + ShippingCents;

    private long RefundedCents => Refunds.Sum(refund => refund.Cents);

    /// <summary>Reads the order inside the caller's transaction. Null when there is none.</summary>
    public static RefundableOrder? Read(SqliteConnection connection, int orderId)
    {
        var items = connection.Query(
            reader => KeyValuePair.Create(reader.GetInt32(0), reader.GetInt64(1)),
            "SELECT id, quantity * unit_price_cents - discount_cents FROM order_lines WHERE order_id = $id",
            ("$id", orderId));
        var refunds = connection.Query(
            reader => new PastRefund(
                reader.GetInt32(0), EnumText.Parse<RefundScope>(reader.GetString(1)), reader.GetIntOrNull(2), reader.GetInt64(3)),
            "SELECT id, scope, item_id, amount_cents FROM refunds WHERE order_id = $id ORDER BY id",
            ("$id", orderId));
        return connection.Query(
            reader => new RefundableOrder(orderId, EnumText.Parse<OrderStatus>(reader.GetString(0)), reader.GetInt64(1))
            {
                ItemCents = items.ToDictionary(),
                Refunds = refunds,
            },
            "SELECT status, shipping_cents FROM orders WHERE id = $id",
            ("$id", orderId)).SingleOrDefault();
    }

    /// <summary>The cents to pay for the request.</summary>
    /// <exception cref="ToolException">It must not be paid.</exception>
    public long AmountFor(RefundRequest request)
    {
        if (Status is OrderStatus.Cancelled)
        {
            throw new ToolException($"Order '{Id}' was cancelled and its payment went back at that time. There is nothing left to refund.");
        }

        if (Refunds.FirstOrDefault(refund => refund.Covers(request)) is { } past)
        {
            throw new ToolException(
                $"This part of order '{Id}' was already refunded: refund '{past.Id}' of {Money.Format(past.Cents)}, "
                    + $"scope '{past.Scope.ToText()}'. Do not refund it again.");
        }

        var amount = request.Scope switch
        {
            RefundScope.Shipping => ShippingAmount(),
            RefundScope.Item => ItemAmount(request.ItemId),
            RefundScope.Full => TotalCents,
            _ => throw new ToolException($"There is no refund scope '{request.Scope}'. Give shipping, item or full."),
        };
        return RefundedCents + amount <= TotalCents
            ? amount
            : throw new ToolException(
                $"Order '{Id}' cost {Money.Format(TotalCents)} and {Money.Format(RefundedCents)} of it were refunded before; "
                    + $"another {Money.Format(amount)} would be too much. Refund the remaining items, or the shipping, one by one.");
    }

    private long ShippingAmount() => ShippingCents > 0
        ? ShippingCents
        : throw new ToolException($"The shipping of order '{Id}' was free. There is no shipping fee to refund.");

    private long ItemAmount(int? itemId)
    {
        if (itemId is not { } id || !ItemCents.TryGetValue(id, out var cents))
        {
            var known = string.Join(", ", ItemCents.Keys.Order().Select(key => $"'{key}'"));
            throw new ToolException($"Order '{Id}' has no item '{itemId}'. Its items are {known}.");
        }

        return cents > 0 ? cents : throw new ToolException($"Item '{id}' of order '{Id}' cost nothing. There is nothing to refund.");
    }

    /// <param name="Cents">What was paid back.</param>
    internal sealed record PastRefund(int Id, RefundScope Scope, int? ItemId, long Cents)
    {
        public bool Covers(RefundRequest request) => Scope is RefundScope.Full || (Scope, ItemId) == (request.Scope, request.ItemId);
    }
}
