using KernelHost.Plugins.CustomerSupport.Crm;

namespace KernelHost.Plugins.CustomerSupport.Tests;

public sealed class CustomerAndOrderTests
{
    [Theory]
    [InlineData("novakova", "Jana Nováková")]
    [InlineData("NOVÁKOVÁ jana", "Jana Nováková")]
    [InlineData("lukasz wojcik", "Łukasz Wójcik")]
    [InlineData("soren kjaer", "Søren Kjær")]
    [InlineData("Weiss", "Jürgen Weiß")]
    [InlineData("yilmaz", "Aylin Yılmaz")]
    [InlineData("dangelo", "Niccolò D'Angelo")]
    [InlineData("ελενη", "Ελένη Παπαδοπούλου")]
    [InlineData("ШЕВЧЕНКО", "Олена Шевченко")]
    [InlineData("さくら", "山田 さくら")]
    public void FindCustomer_ByName_IgnoresAccentsAndCase(string name, string expected)
    {
        using var shop = new Shop();
        Assert.Contains(shop.Tools.FindCustomer(name: name).Customers, customer => customer.Name == expected);
    }

    [Fact]
    public void FindCustomer_ByEmailOrId_FindsExactlyOne()
    {
        using var shop = new Shop();
        Assert.Equal(3001, Assert.Single(shop.Tools.FindCustomer(email: " Jana.Novakova@MAIL.example ").Customers).CustomerId);
        Assert.Equal("jana.novakova@mail.example", Assert.Single(shop.Tools.FindCustomer(customer_id: 3001).Customers).Email);
    }

    [Fact]
    public void FindCustomer_CriteriaThatDisagree_FindNobody()
    {
        using var shop = new Shop();
        Assert.Equal(0, shop.Tools.FindCustomer(name: "Novakova", customer_id: 3002).Count);
    }

    [Fact]
    public void FindCustomer_ManyMatches_ShowsTenAndSaysThereAreMore()
    {
        using var shop = new Shop();
        var found = shop.Tools.FindCustomer(name: "a");
        Assert.Equal((10, true), (found.Customers.Count, found.More));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", " ")]
    [InlineData(null, "%_*'\"-")]
    [InlineData(null, "\u0301\u0000")]
    public void FindCustomer_WithNothingToSearchFor_SaysWhatToGive(string? email, string? name)
    {
        using var shop = new Shop();
        var refusal = Assert.Throws<ToolException>(() => shop.Tools.FindCustomer(email, name));
        Assert.Contains("at least one of 'email', 'name'", refusal.Message);
    }

    [Theory]
    [InlineData("' OR 1=1 --")]
    [InlineData("Robert'); DROP TABLE customers;--")]
    [InlineData("x%' OR name LIKE '%")]
    [InlineData("\ud800 lone")]
    public void FindCustomer_TextThatLooksLikeSql_IsOnlyText(string hostile)
    {
        using var shop = new Shop();
        Assert.Empty(shop.Tools.FindCustomer(name: hostile).Customers);
        Assert.Empty(shop.Tools.FindCustomer(email: hostile).Customers);
        Assert.InRange(shop.Count("customers"), 60, 200);
    }

    [Fact]
    public void FindCustomer_WithAVeryLongName_IsRefused()
    {
        using var shop = new Shop();
        var hostile = string.Join(' ', Enumerable.Repeat("ab", 300_000));
        Assert.Throws<ToolException>(() => shop.Tools.FindCustomer(name: hostile));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1042)]
    [InlineData(9999)]
    [InlineData(int.MaxValue)]
    public void GetOrder_Unknown_NamesTheNumberAndTheWayOut(int id)
    {
        using var shop = new Shop();
        var refusal = Assert.Throws<ToolException>(() => shop.Tools.GetOrder(id));
        Assert.Contains($"'{id}'", refusal.Message);
        Assert.Contains("find_customer", refusal.Message);
    }

    [Fact]
    public void GetOrder_OfAReturnedOrder_ShowsItsRefunds()
    {
        using var shop = new Shop();
        var order = shop.Tools.GetOrder(shop.AnyOrder("status = 'returned'"));

        Assert.Equal(order.Items.Select(item => (int?)item.ItemId), order.Refunds.Select(refund => refund.ItemId));
        Assert.Equal(order.ItemsTotal, order.RefundedTotal);
    }

    [Fact]
    public void ListOrders_IsNewestFirstAndLimited()
    {
        using var shop = new Shop();
        var customer = shop.Tools.GetOrder(1042).Customer.Id;
        var all = shop.Tools.ListOrders(customer, limit: 50);
        var one = shop.Tools.ListOrders(customer, limit: 1);

        Assert.False(all.More);
        Assert.Equal(all.Orders.OrderByDescending(order => order.OrderedOn).Select(order => order.OrderId), all.Orders.Select(order => order.OrderId));
        Assert.Equal(all.Orders[0], Assert.Single(one.Orders));
        Assert.Equal(all.Count > 1, one.More);
        Assert.Equal(shop.Tools.GetOrder(1042).Total, all.Orders.Single(order => order.OrderId == 1042).Total);
    }

    [Fact]
    public void ListOrders_OfOneStatus_ListsOnlyThat()
    {
        using var shop = new Shop();
        Assert.All(shop.Tools.ListOrders(3001, OrderStatus.InTransit).Orders, order => Assert.Equal(OrderStatus.InTransit, order.Status));
        Assert.Contains(shop.Tools.ListOrders(3001, OrderStatus.InTransit).Orders, order => order.OrderId == 1042);
        Assert.DoesNotContain(shop.Tools.ListOrders(3001, OrderStatus.Delivered).Orders, order => order.OrderId == 1042);
    }

    [Theory]
    [InlineData(3001, 0, "'0'")]
    [InlineData(3001, 51, "'51'")]
    [InlineData(77, 10, "'77'")]
    public void ListOrders_WithABadArgument_NamesIt(int customer, int limit, string named)
    {
        using var shop = new Shop();
        Assert.Contains(named, Assert.Throws<ToolException>(() => shop.Tools.ListOrders(customer, limit: limit)).Message);
    }
}
