using KernelHost.Plugins.CustomerSupport.Crm;
using Microsoft.Data.Sqlite;

namespace KernelHost.Plugins.CustomerSupport.Seed;

/// <summary>Writes the demo data into an empty database, inside the caller's transaction.</summary>
internal sealed class SeedWriter(SqliteConnection connection, DateTimeOffset now)
{
    private readonly DateOnly _today = DateOnly.FromDateTime(now.UtcDateTime);
    private int _nextEventId = 1;
    private int _nextRefundId = 8001;

    public void Write()
    {
        var data = SeedData.For(_today);
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
            connection.Execute(
                "INSERT INTO customers VALUES ($id, $name, $search, $email, $street, $postal, $city, $country, $since)",
                ("$id", c.Id), ("$name", c.Name), ("$search", SearchText.Fold(c.Name)), ("$email", c.Email), ("$street", c.Street),
                ("$postal", c.PostalCode), ("$city", c.City), ("$country", c.Country), ("$since", _today.AddDays(-random.Between(401, 2200))));
        }
    }

    private void WriteProducts(SeedData data)
    {
        var random = new SeedRandom(0x9D0C);
        foreach (var p in data.Products)
        {
            connection.Execute(
                "INSERT INTO products VALUES ($id, $sku, $name, $category, $price, $stock)",
                ("$id", p.Id), ("$sku", p.Sku), ("$name", p.Name), ("$category", p.Category), ("$price", p.PriceCents),
                ("$stock", random.Chance(8) ? 0 : random.Between(3, 180)));
        }
    }

    private void WriteOrder(SeedOrder order)
    {
        connection.Execute(
            "INSERT INTO orders VALUES ($id, $customer, $status, $placed, $promised, $delivered, $shipping, $payment)",
            ("$id", order.Id), ("$customer", order.CustomerId), ("$status", order.Status.ToText()), ("$placed", order.PlacedAt),
            ("$promised", order.PromisedOn), ("$delivered", order.DeliveredOn), ("$shipping", order.ShippingCents), ("$payment", order.PaymentMethod));
        for (var i = 0; i < order.Lines.Count; i++)
        {
            var line = order.Lines[i];
            connection.Execute(
                "INSERT INTO order_lines VALUES ($id, $order, $product, $quantity, $price, $discount)",
                ("$id", LineId(order.Id, i + 1)), ("$order", order.Id), ("$product", line.ProductId), ("$quantity", line.Quantity),
                ("$price", line.UnitPriceCents), ("$discount", line.DiscountCents));
        }

        if (order.Shipment is { } shipment)
        {
            WriteShipment(order.Id, shipment);
        }

        foreach (var refund in order.Refunds)
        {
            connection.Execute(
                "INSERT INTO refunds VALUES ($id, $order, $scope, $item, $amount, $reason, $at, $key)",
                ("$id", _nextRefundId), ("$order", order.Id), ("$scope", refund.Scope.ToText()),
                ("$item", refund.LineNumber is { } number ? LineId(order.Id, number) : null), ("$amount", refund.AmountCents),
                ("$reason", refund.Reason), ("$at", refund.At), ("$key", $"seed-refund-{_nextRefundId}"));
            _nextRefundId++;
        }
    }

    private void WriteShipment(int orderId, SeedShipment shipment)
    {
        connection.Execute(
            "INSERT INTO shipments VALUES ($order, $order, $carrier, $tracking, $shipped, $estimated)",
            ("$order", orderId), ("$carrier", shipment.Carrier), ("$tracking", shipment.Tracking), ("$shipped", shipment.ShippedOn),
            ("$estimated", shipment.EstimatedOn));
        foreach (var e in shipment.Events)
        {
            connection.Execute(
                "INSERT INTO shipment_events VALUES ($id, $shipment, $at, $place, $event)",
                ("$id", _nextEventId++), ("$shipment", orderId), ("$at", e.At), ("$place", e.Place), ("$event", e.Text));
        }
    }

    private void WriteTickets(SeedData data)
    {
        var random = new SeedRandom(0x71C7);
        var id = 9001;
        foreach (var row in Resource.ReadTable("tickets.txt"))
        {
            var order = random.Pick(data.Orders.Where(o => o.Id != OrderStories.LateOrderId).ToList());
            connection.Execute(
                "INSERT INTO tickets VALUES ($id, $customer, $order, $subject, $body, $priority, $status, $at, $key)",
                ("$id", id), ("$customer", order.CustomerId), ("$order", order.Id), ("$subject", row[1]), ("$body", row[2]), ("$priority", row[0]),
                ("$status", random.Chance(60) ? "closed" : "open"), ("$at", SeedClock.At(_today.AddDays(-random.Between(1, 90)), 8, random.Next(60))),
                ("$key", $"seed-ticket-{id}"));
            id++;
        }
    }

    private static int LineId(int orderId, int number) => (orderId * 10) + number;
}
