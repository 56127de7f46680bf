using Microsoft.Data.Sqlite;

namespace KernelHost.Plugins.CustomerSupport.Crm;

internal sealed class OrderQueries(CrmDatabase database)
{
    public int? CustomerOf(int orderId)
    {
        using var connection = database.Open();
        return (int?)connection.Scalar("SELECT customer_id FROM orders WHERE id = $id", ("$id", orderId));
    }

    public OrderList List(int customerId, OrderStatus? status, int limit)
    {
        using var connection = database.Open();
        var found = connection.Query(
            Summary,
            """
            SELECT id, status, placed_at, promised_on, delivered_on, shipping_cents
                + (SELECT sum(quantity * unit_price_cents - discount_cents) FROM order_lines WHERE order_id = orders.id)
            FROM orders
            WHERE customer_id = $customer AND ($status IS NULL OR status = $status)
            ORDER BY placed_at DESC, id DESC
            LIMIT $limit
            """,
            ("$customer", customerId), ("$status", status?.ToText()), ("$limit", limit + 1));
        var shown = found.Take(limit).ToList();
        return new OrderList(customerId, shown.Count, found.Count > limit, shown);
    }

    /// <summary>The order, or null when there is none.</summary>
    public OrderDetails? Get(int orderId)
    {
        using var connection = database.Open();
        // One read transaction, so that a refund made meanwhile is in all of the answer or in none of it.
        using var transaction = connection.BeginTransaction(deferred: true);
        var items = Items(connection, orderId);
        var refunds = Refunds(connection, orderId);
        var shipment = Shipment(connection, orderId);
        return connection.Query(
            reader => Details(reader, items, refunds, shipment),
            """
            SELECT o.id, o.status, o.placed_at, o.promised_on, o.delivered_on, o.shipping_cents, o.payment_method,
                c.id, c.name, c.email, c.street || ', ' || c.postal_code || ' ' || c.city || ', ' || c.country
            FROM orders o JOIN customers c ON c.id = o.customer_id
            WHERE o.id = $id
            """,
            ("$id", orderId)).SingleOrDefault();
    }

    private OrderSummary Summary(SqliteDataReader reader)
    {
        var status = EnumText.Parse<OrderStatus>(reader.GetString(1));
        var (promised, delivered) = (reader.GetDate(3), reader.GetDateOrNull(4));
        var delay = Delay.Of(status, promised, delivered, database.Today);
        return new OrderSummary(
            reader.GetInt32(0), status, DateOnly.FromDateTime(reader.GetDateTimeOffset(2).UtcDateTime), promised, delivered,
            delay.Days > 0, delay.Days, Money.FromCents(reader.GetInt64(5)), Money.Currency);
    }

    private OrderDetails Details(SqliteDataReader reader, List<OrderItem> items, List<RefundSummary> refunds, ShipmentDetails? shipment)
    {
        var status = EnumText.Parse<OrderStatus>(reader.GetString(1));
        var (promised, delivered) = (reader.GetDate(3), reader.GetDateOrNull(4));
        var delay = Delay.Of(status, promised, delivered, database.Today);
        var (itemsTotal, shipping) = (items.Sum(item => item.Total), Money.FromCents(reader.GetInt64(5)));
        return new OrderDetails
        {
            OrderId = reader.GetInt32(0),
            Status = status,
            Late = delay.Days > 0,
            DaysLate = delay.Days,
            BusinessDaysLate = delay.BusinessDays,
            OrderedOn = DateOnly.FromDateTime(reader.GetDateTimeOffset(2).UtcDateTime),
            PromisedDelivery = promised,
            DeliveredOn = delivered,
            Shipment = shipment,
            Items = items,
            ItemsTotal = itemsTotal,
            ShippingCost = shipping,
            Total = itemsTotal + shipping,
            Currency = Money.Currency,
            PaymentMethod = reader.GetString(6),
            Customer = new CustomerSummary(reader.GetInt32(7), reader.GetString(8), reader.GetString(9)),
            DeliveryAddress = reader.GetString(10),
            Refunds = refunds,
            RefundedTotal = refunds.Sum(refund => refund.Amount),
        };
    }

    private static List<OrderItem> Items(SqliteConnection connection, int orderId) => connection.Query(
        reader => new OrderItem(
            reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), Money.FromCents(reader.GetInt64(4)),
            Money.FromCents(reader.GetInt64(5)), Money.FromCents(reader.GetInt64(6))),
        """
        SELECT l.id, p.sku, p.name, l.quantity, l.unit_price_cents, l.discount_cents, l.quantity * l.unit_price_cents - l.discount_cents
        FROM order_lines l JOIN products p ON p.id = l.product_id
        WHERE l.order_id = $id
        ORDER BY l.id
        """,
        ("$id", orderId));

    private static List<RefundSummary> Refunds(SqliteConnection connection, int orderId) => connection.Query(
        reader => new RefundSummary(
            reader.GetInt32(0), EnumText.Parse<RefundScope>(reader.GetString(1)), reader.GetIntOrNull(2), Money.FromCents(reader.GetInt64(3)),
            reader.GetText(4), reader.GetDateTimeOffset(5)),
        "SELECT id, scope, item_id, amount_cents, reason, created_at FROM refunds WHERE order_id = $id ORDER BY id",
        ("$id", orderId));

    private static ShipmentDetails? Shipment(SqliteConnection connection, int orderId)
    {
        var events = connection.Query(
            reader => new ShipmentEvent(reader.GetDateTimeOffset(0), reader.GetString(1), reader.GetString(2)),
            """
            SELECT e.at, e.place, e.event FROM shipment_events e JOIN shipments s ON s.id = e.shipment_id
            WHERE s.order_id = $id
            ORDER BY e.at, e.id
            """,
            ("$id", orderId));
        return connection.Query(
            reader => new ShipmentDetails(
                reader.GetString(0), reader.GetString(1), reader.GetDate(2), reader.GetDate(3), events.LastOrDefault(), events),
            "SELECT carrier, tracking, shipped_on, estimated_on FROM shipments WHERE order_id = $id",
            ("$id", orderId)).SingleOrDefault();
    }
}
