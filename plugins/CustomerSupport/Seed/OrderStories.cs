using KernelHost.Plugins.CustomerSupport.Crm;

namespace KernelHost.Plugins.CustomerSupport.Seed;

/// <summary>Orders that documentation and demos speak of by number.</summary>
internal static class OrderStories
{
    /// <summary>Jana Nováková's order: in transit, four days late, 4.90 EUR of shipping paid and not refunded.</summary>
    public const int LateOrderId = 1042;

    private const int JanaId = SeedData.FirstCustomerId;

    public static SeedOrder Late(DateOnly today, IReadOnlyList<SeedProduct> products)
    {
        var placed = today.AddDays(-9);
        var shipped = SeedClock.DispatchDay(SeedClock.At(placed, 18, 42));
        return new SeedOrder(LateOrderId, JanaId, OrderStatus.InTransit, SeedClock.At(placed, 18, 42), today.AddDays(-4), DeliveredOn: null)
        {
            ShippingCents = 490,
            PaymentMethod = "card",
            Lines = [Line("AF-LGT-01", 1), Line("AF-ACC-01", 2)],
            Shipment = new SeedShipment("DPD", "15508412771042", shipped, today.AddDays(1),
            [
                new SeedEvent(SeedClock.At(shipped, 14, 55), "Brno", "Handed over to the carrier"),
                new SeedEvent(SeedClock.At(shipped.AddDays(1), 3, 20), "Jihlava hub", "Sorted"),
                new SeedEvent(SeedClock.At(today.AddDays(-5), 6, 5), "Praha depot", "Sent to the wrong depot, will be returned"),
                new SeedEvent(SeedClock.At(today.AddDays(-2), 21, 10), "Jihlava hub", "Delayed at the sorting centre"),
            ]),
        };

        SeedLine Line(string sku, int quantity)
        {
            var product = products.Single(p => p.Sku == sku);
            return new SeedLine(product.Id, quantity, product.PriceCents, 0);
        }
    }
}
