using KernelHost.Plugins.CustomerSupport.Crm;

namespace KernelHost.Plugins.CustomerSupport.Seed;

/// <summary>Draws orders that hang together: what was placed, shipped, promised and delivered follows from the age and the zone.</summary>
/// <remarks>Order numbers are not in the order of time, on purpose: the shop does not show its volume, and 1042 is always recent.</remarks>
internal sealed class OrderGenerator(DateOnly today, IReadOnlyList<SeedCustomer> customers, IReadOnlyList<SeedProduct> products)
{
    private static readonly string[] PaymentMethods = ["card", "card", "card", "paypal", "paypal", "apple_pay", "google_pay", "bank_transfer"];

    private readonly SeedRandom _random = new(0xA1DE12F1);

    public IReadOnlyList<SeedOrder> Generate(int count) =>
        [.. Enumerable.Range(SeedData.FirstOrderId, count).Select(id =>
        {
            // Drawn even when a story takes its place: the orders after it must not depend on the stories.
            var drawn = Draw(id);
            return id == OrderStories.LateOrderId ? OrderStories.Late(today, products) : drawn;
        })];

    private SeedOrder Draw(int id)
    {
        var customer = _random.Pick(customers);
        var zone = DeliveryZone.Of(customer.Country);
        var lines = DrawLines();
        var itemsCents = lines.Sum(line => line.PaidCents);
        var placed = today.AddDays(-(_random.Chance(35) ? _random.Between(1, 14) : _random.Between(15, 400)));
        var placedAt = SeedClock.At(placed, _random.Between(6, 22), _random.Next(60));
        var shipped = SeedClock.DispatchDay(placedAt);
        var transit = _random.Between(zone.MinDays, zone.MaxDays);
        var promised = SeedClock.WorkingDay(shipped.AddDays(zone.MaxDays));
        var arrival = SeedClock.WorkingDay(shipped.AddDays(transit + (_random.Chance(15) ? _random.Between(3, 9) : 0)));

        var order = new SeedOrder(id, customer.Id, OrderStatus.Processing, placedAt, promised, DeliveredOn: null)
        {
            ShippingCents = zone.CostFor(itemsCents),
            PaymentMethod = _random.Pick(PaymentMethods),
            Lines = lines,
        };
        var parcel = new ParcelHistory(_random, today, customer).Draw(id, shipped, arrival);
        return Settle(order, parcel, shipped, arrival);
    }

    private List<SeedLine> DrawLines()
    {
        var lines = new List<SeedLine>();
        var discountPercent = _random.Chance(15) ? 10 : 0;
        for (var left = _random.Between(1, 4); left > 0; left--)
        {
            var product = _random.Pick(products);
            if (lines.All(line => line.ProductId != product.Id))
            {
                var quantity = product.PriceCents < 3000 ? _random.Between(1, 3) : 1;
                lines.Add(new SeedLine(product.Id, quantity, product.PriceCents, quantity * product.PriceCents * discountPercent / 100));
            }
        }

        return lines;
    }

    private SeedOrder Settle(SeedOrder order, SeedShipment parcel, DateOnly shipped, DateOnly arrival)
    {
        var cancelled = _random.Chance(5);
        var returned = _random.Chance(8);
        var compensated = _random.Chance(50);
        if (cancelled)
        {
            return order with { Status = OrderStatus.Cancelled, Refunds = [PayBackAll(order)] };
        }

        if (shipped >= today)
        {
            return order;
        }

        if (arrival >= today)
        {
            return order with { Status = OrderStatus.InTransit, Shipment = parcel };
        }

        order = order with { Status = OrderStatus.Delivered, DeliveredOn = arrival, Shipment = parcel };
        if (returned && arrival.AddDays(18) < today)
        {
            return order with { Status = OrderStatus.Returned, Refunds = PayBackItems(order, arrival.AddDays(16)) };
        }

        var late = Delay.Of(order.Status, order.PromisedOn, arrival, today).BusinessDays >= 2;
        return late && compensated && order.ShippingCents > 0 && arrival.AddDays(2) < today
            ? order with { Refunds = [PayBackShipping(order, arrival.AddDays(1))] }
            : order;
    }

    private static SeedRefund PayBackAll(SeedOrder order)
    {
        var total = order.Lines.Sum(line => line.PaidCents) + order.ShippingCents;
        return new SeedRefund(RefundScope.Full, null, total, "Cancelled by the customer", order.PlacedAt.AddMinutes(40));
    }

    private static SeedRefund PayBackShipping(SeedOrder order, DateOnly day) =>
        new(RefundScope.Shipping, null, order.ShippingCents, "Delivered late", SeedClock.At(day, 9, 30));

    private static SeedRefund[] PayBackItems(SeedOrder order, DateOnly day) =>
        [.. order.Lines.Select((line, i) =>
            new SeedRefund(RefundScope.Item, i + 1, line.PaidCents, "Returned within 30 days", SeedClock.At(day, 11, 15 + i)))];
}
