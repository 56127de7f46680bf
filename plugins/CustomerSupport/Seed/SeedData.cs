using System.Globalization;

namespace KernelHost.Plugins.CustomerSupport.Seed;

/// <summary>Everything the demo shop starts with. The same day gives the same data, to the last digit.</summary>
internal sealed class SeedData
{
    public const int FirstCustomerId = 3001;
    public const int FirstProductId = 501;
    public const int FirstOrderId = 1001;
    public const int OrderCount = 240;

    private SeedData(DateOnly today)
    {
        Customers = [.. Resource.ReadTable("customers.txt").Select((c, i) =>
            new SeedCustomer(FirstCustomerId + i, c[0], c[1], c[2], c[3], c[4], c[5]))];
        Products = [.. Resource.ReadTable("products.txt").Select((c, i) =>
            new SeedProduct(FirstProductId + i, c[0], c[1], c[2], int.Parse(c[3], CultureInfo.InvariantCulture)))];
        Orders = new OrderGenerator(today, Customers, Products).Generate(OrderCount);
    }

    public IReadOnlyList<SeedCustomer> Customers { get; }

    public IReadOnlyList<SeedProduct> Products { get; }

    public IReadOnlyList<SeedOrder> Orders { get; }

    public static SeedData For(DateOnly today) => new(today);
}
