using KernelHost.Plugins.CustomerSupport.Crm;
using KernelHost.Plugins.CustomerSupport.Tools;

namespace KernelHost.Plugins.CustomerSupport.Tests;

public sealed class RefundTests
{
    [Fact]
    public void Shipping_OfTheLateOrder_PaysWhatWasPaid()
    {
        using var shop = new Shop();
        var refund = shop.Tools.IssueRefund(Shop.Call("k"), 1042, RefundScope.Shipping, "  4 days late ");

        Assert.Equal((1042, RefundScope.Shipping, 4.90m, "EUR"), (refund.OrderId, refund.Scope, refund.Amount, refund.Currency));
        var listed = Assert.Single(shop.Tools.GetOrder(1042).Refunds);
        Assert.Equal((refund.RefundId, 4.90m, "4 days late"), (listed.RefundId, listed.Amount, listed.Reason));
        Assert.Equal(shop.Clock.GetUtcNow(), listed.IssuedAt);
    }

    [Fact]
    public void Item_PaysTheLineAfterItsDiscount()
    {
        using var shop = new Shop();
        var order = shop.Tools.GetOrder(shop.AnyOrder("status = 'delivered' AND id IN (SELECT order_id FROM order_lines WHERE discount_cents > 0)"));
        var item = order.Items[0];

        var refund = shop.Tools.IssueRefund(Shop.Call("k"), order.OrderId, RefundScope.Item, item_id: item.ItemId);

        Assert.Equal((item.Quantity * item.UnitPrice) - item.Discount, refund.Amount);
        Assert.Equal(item.ItemId, refund.ItemId);
    }

    [Fact]
    public void Full_PaysEverythingAndThenNothingMore()
    {
        using var shop = new Shop();
        Assert.Equal(63.60m, shop.Tools.IssueRefund(Shop.Call("full"), 1042, RefundScope.Full).Amount);

        Assert.Contains("already refunded", Refused(shop, "a", RefundScope.Full));
        Assert.Contains("already refunded", Refused(shop, "b", RefundScope.Shipping));
        Assert.Contains("already refunded", Refused(shop, "c", RefundScope.Item, 10421));
        Assert.Equal(63.60m, shop.Tools.GetOrder(1042).RefundedTotal);
    }

    [Fact]
    public void Parts_OneByOne_AddUpToTheTotal()
    {
        using var shop = new Shop();
        shop.Tools.IssueRefund(Shop.Call("a"), 1042, RefundScope.Item, item_id: 10421);
        shop.Tools.IssueRefund(Shop.Call("b"), 1042, RefundScope.Item, item_id: 10422);
        shop.Tools.IssueRefund(Shop.Call("c"), 1042, RefundScope.Shipping);

        var order = shop.Tools.GetOrder(1042);
        Assert.Equal(order.Total, order.RefundedTotal);
    }

    [Fact]
    public void Shipping_Twice_IsRefusedAndNamesTheFirst()
    {
        using var shop = new Shop();
        var first = shop.Tools.IssueRefund(Shop.Call("a"), 1042, RefundScope.Shipping);
        var message = Refused(shop, "b", RefundScope.Shipping);

        Assert.Contains($"refund '{first.RefundId}' of 4.90 EUR", message);
        Assert.Equal(1, shop.Count("refunds", "order_id = 1042"));
    }

    [Fact]
    public void Full_AfterAPart_WouldBeTooMuch()
    {
        using var shop = new Shop();
        shop.Tools.IssueRefund(Shop.Call("a"), 1042, RefundScope.Shipping);

        Assert.Equal(
            "Order '1042' cost 63.60 EUR and 4.90 EUR of it were refunded before; another 63.60 EUR would be too much. "
                + "Refund the remaining items, or the shipping, one by one.",
            Refused(shop, "b", RefundScope.Full));
    }

    [Theory]
    [InlineData(9999, "Shipping", null, "no order '9999'")]
    [InlineData(1042, "Item", null, "needs item_id")]
    [InlineData(1042, "Item", 10011, "has no item '10011'. Its items are '10421', '10422'")]
    [InlineData(1042, "Shipping", 10421, "leave item_id out")]
    [InlineData(1042, "7", null, "no refund scope '7'")]
    public void ABadRequest_SaysWhatToChange(int order, string scope, int? item, string expected)
    {
        using var shop = new Shop();
        var before = shop.Count("refunds");
        var refusal = Assert.Throws<ToolException>(() => shop.Tools.IssueRefund(Shop.Call("k"), order, Enum.Parse<RefundScope>(scope), item_id: item));

        Assert.Contains(expected, refusal.Message);
        Assert.Equal(before, shop.Count("refunds"));
    }

    [Fact]
    public void ACancelledOrder_HasNothingToRefund()
    {
        using var shop = new Shop();
        var id = shop.AnyOrder("status = 'cancelled'");
        Assert.Contains("was cancelled", Refused(shop, "k", RefundScope.Full, order: id));
    }

    [Fact]
    public void FreeShipping_HasNoFeeToRefund()
    {
        using var shop = new Shop();
        var id = shop.AnyOrder("status = 'delivered' AND shipping_cents = 0");
        Assert.Contains("was free", Refused(shop, "k", RefundScope.Shipping, order: id));
    }

    [Fact]
    public void ALongReason_IsRefused()
    {
        using var shop = new Shop();
        Assert.Throws<ToolException>(() => shop.Tools.IssueRefund(Shop.Call("k"), 1042, RefundScope.Shipping, new string('x', 501)));
        Assert.Empty(shop.Tools.GetOrder(1042).Refunds);
    }

    [Fact]
    public void TheSameKey_PaysOnceEvenAfterARestart()
    {
        using var shop = new Shop();
        var first = shop.Tools.IssueRefund(Shop.Call("k"), 1042, RefundScope.Shipping);
        shop.Clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(first, new CrmTools(shop.Open()).IssueRefund(Shop.Call("k"), 1042, RefundScope.Shipping));
        Assert.Equal(1, shop.Count("refunds", "order_id = 1042"));
    }

    [Fact]
    public void TheSameKeyForAnotherRefund_IsRefused()
    {
        using var shop = new Shop();
        shop.Tools.IssueRefund(Shop.Call("k"), 1042, RefundScope.Shipping);
        Assert.Contains("in a new call", Refused(shop, "k", RefundScope.Item, 10421));
    }

    [Fact]
    public async Task ParallelCallsForTheSameScope_PayOnce()
    {
        using var shop = new Shop();
        // Four on one database object and four on others, as if in other processes.
        var tools = Enumerable.Range(0, 8).Select(i => i < 4 ? shop.Tools : new CrmTools(shop.Open())).ToList();
        var outcomes = await Task.WhenAll(tools.Select((t, i) => Task.Run(() => Try(t, $"key-{i}"), TestContext.Current.CancellationToken)));

        Assert.Equal(1, outcomes.Count(paid => paid));
        Assert.Equal(4.90m, shop.Tools.GetOrder(1042).RefundedTotal);

        static bool Try(CrmTools tools, string key)
        {
            try
            {
                tools.IssueRefund(Shop.Call(key), 1042, RefundScope.Shipping);
                return true;
            }
            catch (ToolException refusal) when (refusal.Message.Contains("already refunded", StringComparison.Ordinal))
            {
                return false;
            }
        }
    }

    private static string Refused(Shop shop, string key, RefundScope scope, int? item = null, int order = 1042) =>
        Assert.Throws<ToolException>(() => shop.Tools.IssueRefund(Shop.Call(key), order, scope, item_id: item)).Message;
}
