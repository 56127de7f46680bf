using System.Globalization;
using KernelHost.Plugins.CustomerSupport.Crm;

namespace KernelHost.Plugins.CustomerSupport.Tests;

/// <summary>Order 1042, of which the README speaks.</summary>
public sealed class LateOrderTests
{
    [Theory]
    [InlineData("2026-11-23T08:00:00Z")] // a Monday, and so on through the week
    [InlineData("2026-11-24T08:00:00Z")]
    [InlineData("2026-11-25T08:00:00Z")]
    [InlineData("2026-11-26T08:00:00Z")]
    [InlineData("2026-11-27T08:00:00Z")]
    [InlineData("2026-11-28T08:00:00Z")]
    [InlineData("2026-11-29T08:00:00Z")]
    [InlineData("2033-01-02T00:00:00Z")]
    public void Order1042_OnTheDayOfCreation_IsFourDaysLateAndEligibleForItsShipping(string now)
    {
        using var shop = new Shop(now);
        var order = shop.Tools.GetOrder(1042);

        Assert.Equal(OrderStatus.InTransit, order.Status);
        Assert.Equal((true, 4), (order.Late, order.DaysLate));
        Assert.InRange(order.BusinessDaysLate, 2, 4);
        Assert.Equal("Jana Nováková", order.Customer.Name);
        Assert.Equal((4.90m, 63.60m - 4.90m, 63.60m, "EUR"), (order.ShippingCost, order.ItemsTotal, order.Total, order.Currency));
        Assert.Empty(order.Refunds);
        Assert.Equal("DPD", order.Shipment?.Carrier);
        Assert.Equal("Delayed at the sorting centre", order.Shipment?.LastEvent?.Event);
        Assert.True(order.Shipment?.EstimatedDelivery > shop.Today);
    }

    [Fact]
    public void Lateness_FollowsTheClock()
    {
        using var shop = new Shop();
        Assert.Equal(4, shop.Tools.GetOrder(1042).DaysLate);

        shop.Clock.Advance(TimeSpan.FromDays(3));

        Assert.Equal(7, shop.Tools.GetOrder(1042).DaysLate);
        Assert.Contains(shop.Tools.ListOrders(3001).Orders, order => order is { OrderId: 1042, Late: true, DaysLate: 7 });
    }

    [Theory]
    [InlineData("2026-11-20", "2026-11-20", 0, 0)] // on the promised day, a Friday
    [InlineData("2026-11-20", "2026-11-21", 1, 0)]
    [InlineData("2026-11-20", "2026-11-23", 3, 1)]
    [InlineData("2026-11-20", "2026-11-24", 4, 2)]
    [InlineData("2026-11-20", "2026-11-18", 0, 0)]
    public void Delay_CountsCalendarAndBusinessDays(string promised, string today, int days, int businessDays)
    {
        var delay = Delay.Of(OrderStatus.InTransit, Day(promised), null, Day(today));

        Assert.Equal(new Delay(days, businessDays), delay);
    }

    [Fact]
    public void Delay_OfADeliveredOrder_EndsWithTheDelivery() =>
        Assert.Equal(
            new Delay(3, 3),
            Delay.Of(OrderStatus.Delivered, new DateOnly(2026, 11, 16), new DateOnly(2026, 11, 19), new DateOnly(2030, 1, 1)));

    [Fact]
    public void Delay_OfACancelledOrder_IsNone() =>
        Assert.Equal(default, Delay.Of(OrderStatus.Cancelled, new DateOnly(2026, 11, 16), null, new DateOnly(2030, 1, 1)));

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
