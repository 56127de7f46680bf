using KernelHost.Plugins.CustomerSupport.Crm;
using KernelHost.Plugins.CustomerSupport.Seed;

namespace KernelHost.Plugins.CustomerSupport.Tests;

public sealed class SeedTests
{
    [Fact]
    public void FirstUse_CreatesAShopOfPlausibleSize()
    {
        using var shop = new Shop();

        Assert.InRange(shop.Count("customers"), 60, 200);
        Assert.InRange(shop.Count("products"), 40, 200);
        Assert.Equal(240, shop.Count("orders"));
        Assert.Equal(1001, shop.AnyOrder("1"));
        Assert.InRange(shop.Count("tickets"), 10, 100);
        Assert.All(Enum.GetValues<OrderStatus>(), status => Assert.NotEqual(0, shop.Count("orders", $"status = '{status.ToText()}'")));
        Assert.InRange(shop.Count("customers", "name GLOB '*[^ -~]*'"), 40, 200);
        Assert.InRange(shop.Count("(SELECT DISTINCT country FROM customers)"), 15, 40);
    }

    [Fact]
    public void TwoShopsOfTheSameDay_AreEqualToTheLastDigit()
    {
        using var one = new Shop("2027-08-01T00:00:01Z");
        using var other = new Shop("2027-08-01T23:59:59Z");

        Assert.Equal(Dump(one), Dump(other));
    }

    [Theory]
    [InlineData("2024-02-29T12:00:00Z")]
    [InlineData("2026-11-23T08:00:00Z")] // a Monday, and so on through the week
    [InlineData("2026-11-24T08:00:00Z")]
    [InlineData("2026-11-25T08:00:00Z")]
    [InlineData("2026-11-26T08:00:00Z")]
    [InlineData("2026-11-27T08:00:00Z")]
    [InlineData("2026-11-28T08:00:00Z")]
    [InlineData("2026-11-29T08:00:00Z")]
    [InlineData("2026-12-31T23:59:00Z")]
    [InlineData("2040-01-01T00:00:00Z")]
    public void Orders_OnAnyDay_TellOneStoryEach(string now)
    {
        using var shop = new Shop(now);
        var orders = SeedData.For(shop.Today).Orders;

        Assert.All(Enum.GetValues<OrderStatus>(), status => Assert.Contains(orders, order => order.Status == status));
        Assert.All(orders, order =>
        {
            Assert.True(order.PlacedAt <= shop.Clock.GetUtcNow());
            Assert.NotEmpty(order.Lines);
            Assert.Equal(order.Status is OrderStatus.Delivered or OrderStatus.Returned, order.DeliveredOn is not null);
            Assert.Equal(order.Status is OrderStatus.Delivered or OrderStatus.Returned or OrderStatus.InTransit, order.Shipment is not null);
            Assert.True(order.Refunds.Sum(refund => refund.AmountCents) <= order.Lines.Sum(line => line.PaidCents) + order.ShippingCents);
            Assert.All(order.Refunds, refund => Assert.True(refund.At <= shop.Clock.GetUtcNow()));
            if (order.Shipment is { } shipment)
            {
                Assert.NotEmpty(shipment.Events);
                Assert.False(shipment.ShippedOn.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday);
                Assert.All(shipment.Events, e => Assert.InRange(e.At, order.PlacedAt, shop.Clock.GetUtcNow()));
                Assert.Equal(order.DeliveredOn is not null, shipment.Events[^1].Text == "Delivered");
            }
        });
    }

    [Fact]
    public void Prices_FollowTheZonesOfTheHelpCentre()
    {
        using var shop = new Shop();

        Assert.All([1001, 1042, 1100, 1180, 1240], id =>
        {
            var order = shop.Tools.GetOrder(id);
            var zone = DeliveryZone.Of(order.DeliveryAddress[^2..]);
            Assert.Equal(Money.FromCents(zone.CostFor((int)(order.ItemsTotal * 100))), order.ShippingCost);
        });
    }

    private static List<string> Dump(Shop shop)
    {
        using var connection = shop.Database.Open();
        string[] tables = ["customers", "products", "orders", "order_lines", "shipments", "shipment_events", "tickets", "refunds"];
        return [.. tables.SelectMany(table => connection.Query(
            reader => string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(reader.GetValue)),
            $"SELECT * FROM {table} ORDER BY id"))];
    }
}
