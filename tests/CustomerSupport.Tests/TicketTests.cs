using KernelHost.Plugins.CustomerSupport.Crm;

namespace KernelHost.Plugins.CustomerSupport.Tests;

public sealed class TicketTests
{
    [Fact]
    public void OpenTicket_StoresTheWordsExactly()
    {
        using var shop = new Shop();
        const string Hostile = "'); DELETE FROM tickets; -- 🧭 „žluťoučký“\n\u202egnp.exe";
        var ticket = shop.Tools.OpenTicket(Shop.Call("k"), 3001, Hostile, Hostile, TicketPriority.High, 1042);

        Assert.Equal((3001, 1042, TicketPriority.High, "open"), (ticket.CustomerId, ticket.OrderId, ticket.Priority, ticket.Status));
        Assert.Equal(shop.Clock.GetUtcNow(), ticket.CreatedAt);
        using var connection = shop.Database.Open();
        Assert.Equal(Hostile, Assert.Single(connection.Query(r => r.GetString(0), "SELECT body FROM tickets WHERE id = $id", ("$id", ticket.TicketId))));
    }

    [Fact]
    public void OpenTicket_WithTheSameKey_IsTheSameTicketEvenAfterARestart()
    {
        using var shop = new Shop();
        var before = shop.Count("tickets");
        var first = shop.Tools.OpenTicket(Shop.Call("k"), 3001, "Lost", "Where is it?");
        shop.Clock.Advance(TimeSpan.FromHours(1));

        var again = new Tools.CrmTools(shop.Open()).OpenTicket(Shop.Call("k"), 3001, "Lost", "Where is it?");
        var other = shop.Tools.OpenTicket(Shop.Call("l"), 3001, "Lost", "Where is it?");

        Assert.Equal(first, again);
        Assert.NotEqual(first.TicketId, other.TicketId);
        Assert.Equal(before + 2, shop.Count("tickets"));
    }

    [Fact]
    public async Task OpenTicket_InParallelWithTheSameKey_OpensOne()
    {
        using var shop = new Shop();
        var before = shop.Count("tickets");
        var tickets = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            Task.Run(() => shop.Tools.OpenTicket(Shop.Call("k"), 3001, "s", "b"), TestContext.Current.CancellationToken)));

        Assert.Single(tickets.Distinct());
        Assert.Equal(before + 1, shop.Count("tickets"));
    }

    [Theory]
    [InlineData(77, "s", "b", null, "no customer '77'")]
    [InlineData(3002, "s", "b", 1042, "has no order '1042'")]
    [InlineData(3001, "s", "b", 9999, "has no order '9999'")]
    [InlineData(3001, " \n", "b", null, "subject is empty")]
    [InlineData(3001, "s", "", null, "body is empty")]
    public void OpenTicket_WithABadArgument_SaysWhich(int customer, string subject, string body, int? order, string expected)
    {
        using var shop = new Shop();
        var before = shop.Count("tickets");
        var refusal = Assert.Throws<ToolException>(() => shop.Tools.OpenTicket(Shop.Call("k"), customer, subject, body, order_id: order));

        Assert.Contains(expected, refusal.Message);
        Assert.Equal(before, shop.Count("tickets"));
    }

    [Fact]
    public void OpenTicket_WithTooMuchText_SaysHowMuchFits()
    {
        using var shop = new Shop();
        var refusal = Assert.Throws<ToolException>(() => shop.Tools.OpenTicket(Shop.Call("k"), 3001, "s", new string('x', 1_000_000)));
        Assert.Equal("The body has 1000000 characters. Shorten it to 10000.", refusal.Message);
    }
}
