using KernelHost.Plugins.CustomerSupport.Crm;

namespace KernelHost.Plugins.CustomerSupport.Seed;

internal sealed record SeedCustomer(int Id, string Name, string Email, string Street, string PostalCode, string City, string Country);

internal sealed record SeedProduct(int Id, string Sku, string Name, string Category, int PriceCents);

internal sealed record SeedLine(int ProductId, int Quantity, int UnitPriceCents, int DiscountCents)
{
    public int PaidCents => (Quantity * UnitPriceCents) - DiscountCents;
}

internal sealed record SeedEvent(DateTimeOffset At, string Place, string Text);

internal sealed record SeedShipment(string Carrier, string Tracking, DateOnly ShippedOn, DateOnly EstimatedOn, IReadOnlyList<SeedEvent> Events);

internal sealed record SeedRefund(RefundScope Scope, int? LineNumber, int AmountCents, string Reason, DateTimeOffset At);

internal sealed record SeedOrder(int Id, int CustomerId, OrderStatus Status, DateTimeOffset PlacedAt, DateOnly PromisedOn, DateOnly? DeliveredOn)
{
    public required int ShippingCents { get; init; }

    public required string PaymentMethod { get; init; }

    public required IReadOnlyList<SeedLine> Lines { get; init; }

    public SeedShipment? Shipment { get; init; }

    public IReadOnlyList<SeedRefund> Refunds { get; init; } = [];
}
