using KernelHost.Plugins.CustomerSupport.Crm;
using Microsoft.Data.Sqlite;

namespace KernelHost.Plugins.CustomerSupport.Seed;

/// <summary>Writes the demo data into an empty database, inside the caller's transaction.</summary>
internal sealed class SeedWriter(RowWriter rows, DateOnly today)
{
    private int _nextEventId = 1;
    private int _nextRefundId = 8001;

    /// <param name="connection">In a transaction, its tables created.</param>
    /// <param name="today">The day that the dates are relative to.</param>
    public static void Write(SqliteConnection connection, DateOnly today)
    {
        using var rows = new RowWriter(connection);
        new SeedWriter(rows, today).Write(SeedData.For(today));
    }

    private void Write(SeedData data)
    {
        WriteCustomers(data);
        WriteProducts(data);
        foreach (var order in data.Orders)
        {
            WriteOrder(order);
        }

        WriteTickets(data);
    }

    private void WriteCustomers(SeedData data)
    {
        var random = new SeedRandom(0xC057);
        foreach (var c in data.Customers)
        {
            var since = today.AddDays(-random.Between(401, 2200));
            rows.Insert("customers", c.Id, c.Name, SearchText.Fold(c.Name), c.Email, c.Street, c.PostalCode, c.City, c.Country, since);
        }
    }

    private void WriteProducts(SeedData data)
    {
        var random = new SeedRandom(0x9D0C);
        foreach (var p in data.Products)
        {
            rows.Insert("products", p.Id, p.Sku, p.Name, p.Category, p.PriceCents, random.Chance(8) ? 0 : random.Between(3, 180));
        }
    }

    private void WriteOrder(SeedOrder order)
    {
        rows.Insert(
            "orders", order.Id, order.CustomerId, order.Status.ToText(), order.PlacedAt, order.PromisedOn, order.DeliveredOn, order.ShippingCents,
            order.PaymentMethod);
        for (var i = 0; i < order.Lines.Count; i++)
        {
            var line = order.Lines[i];
            rows.Insert("order_lines", LineId(order.Id, i + 1), order.Id, line.ProductId, line.Quantity, line.UnitPriceCents, line.DiscountCents);
        }

        if (order.Shipment is { } shipment)
        {
            // An order has one parcel at most, so the parcel borrows its id.
            rows.Insert("shipments", order.Id, order.Id, shipment.Carrier, shipment.Tracking, shipment.ShippedOn, shipment.EstimatedOn);
            foreach (var e in shipment.Events)
            {
                rows.Insert("shipment_events", _nextEventId++, order.Id, e.At, e.Place, e.Text);
            }
        }

        foreach (var refund in order.Refunds)
        {
            var item = refund.LineNumber is { } number ? LineId(order.Id, number) : (int?)null;
            rows.Insert(
                "refunds", _nextRefundId, order.Id, refund.Scope.ToText(), item, refund.AmountCents, refund.Reason, refund.At,
                $"seed-refund-{_nextRefundId}");
            _nextRefundId++;
        }
    }

    private void WriteTickets(SeedData data)
    {
        var random = new SeedRandom(0x71C7);
        var orders = data.Orders.Where(order => order.Id != OrderStories.LateOrderId).ToList();
        var id = 9001;
        foreach (var row in Resource.ReadTable("tickets.txt"))
        {
            var order = random.Pick(orders);
            var status = random.Chance(60) ? "closed" : "open";
            var at = SeedClock.At(today.AddDays(-random.Between(1, 90)), 8, random.Next(60));
            rows.Insert("tickets", id, order.CustomerId, order.Id, row[1], row[2], row[0], status, at, $"seed-ticket-{id}");
            id++;
        }
    }

    private static int LineId(int orderId, int number) => (orderId * 10) + number;
}
