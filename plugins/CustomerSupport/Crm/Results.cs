namespace KernelHost.Plugins.CustomerSupport.Crm;

// What models read. In JSON the names are in camel case: orderId, daysLate.

/// <param name="Count">How many are listed.</param>
/// <param name="More">Whether others matched as well; a narrower search finds them.</param>
internal sealed record CustomerMatches(int Count, bool More, IReadOnlyList<CustomerMatch> Customers);

internal sealed record CustomerMatch(int CustomerId, string Name, string Email, string City, string Country, DateOnly CustomerSince, int OrderCount);

internal sealed record CustomerSummary(int Id, string Name, string Email);

internal sealed record OrderDetails
{
    public required int OrderId { get; init; }

    public required OrderStatus Status { get; init; }

    /// <summary>Whether the delivery was, or by now is, later than promised.</summary>
    public required bool Late { get; init; }

    /// <summary>Calendar days; 0 when it is not late.</summary>
    public required int DaysLate { get; init; }

    /// <summary>Days from Monday to Friday among them, which is what the help centre's rules count.</summary>
    public required int BusinessDaysLate { get; init; }

    public required DateOnly OrderedOn { get; init; }

    public required DateOnly PromisedDelivery { get; init; }

    public DateOnly? DeliveredOn { get; init; }

    public ShipmentDetails? Shipment { get; init; }

    public required IReadOnlyList<OrderItem> Items { get; init; }

    public required decimal ItemsTotal { get; init; }

    public required decimal ShippingCost { get; init; }

    public required decimal Total { get; init; }

    public required string Currency { get; init; }

    public required string PaymentMethod { get; init; }

    public required CustomerSummary Customer { get; init; }

    public required string DeliveryAddress { get; init; }

    public required IReadOnlyList<RefundSummary> Refunds { get; init; }

    public required decimal RefundedTotal { get; init; }
}

/// <param name="Total">What was paid for the line: quantity times unit price less discount.</param>
internal sealed record OrderItem(int ItemId, string Sku, string Name, int Quantity, decimal UnitPrice, decimal Discount, decimal Total);

internal sealed record ShipmentDetails(
    string Carrier, string Tracking, DateOnly ShippedOn, DateOnly EstimatedDelivery, ShipmentEvent? LastEvent, IReadOnlyList<ShipmentEvent> Events);

internal sealed record ShipmentEvent(DateTimeOffset At, string Place, string Event);

internal sealed record RefundSummary(int RefundId, RefundScope Scope, int? ItemId, decimal Amount, string? Reason, DateTimeOffset IssuedAt);

/// <param name="Count">How many are listed.</param>
/// <param name="More">Whether there are others; a larger limit lists them.</param>
internal sealed record OrderList(int CustomerId, int Count, bool More, IReadOnlyList<OrderSummary> Orders);

internal sealed record OrderSummary(
    int OrderId, OrderStatus Status, DateOnly OrderedOn, DateOnly PromisedDelivery, DateOnly? DeliveredOn, bool Late, int DaysLate,
    decimal Total, string Currency);

internal sealed record TicketOpened(int TicketId, int CustomerId, int? OrderId, TicketPriority Priority, string Status, DateTimeOffset CreatedAt);

internal sealed record RefundIssued(
    int RefundId, int OrderId, RefundScope Scope, int? ItemId, decimal Amount, string Currency, DateTimeOffset IssuedAt);
