using System.Globalization;

namespace KernelHost.Plugins.CustomerSupport.Seed;

/// <summary>Draws the carrier, the tracking number and what the carrier has reported so far.</summary>
internal sealed class ParcelHistory(SeedRandom random, DateOnly today, SeedCustomer customer)
{
    private static readonly string[] Carriers = ["DPD", "GLS", "DHL"];

    public SeedShipment Draw(int orderId, DateOnly shipped, DateOnly arrival)
    {
        var carrier = random.Pick(Carriers);
        // Unique by its last four digits, as the order number is.
        var tracking = string.Create(CultureInfo.InvariantCulture, $"{random.Between(10_000, 99_999)}{random.Between(10_000, 99_999)}{orderId}");
        var events = new List<SeedEvent>
        {
            new(SeedClock.At(shipped, 15, random.Next(60)), "Brno", "Handed over to the carrier"),
            new(SeedClock.At(shipped.AddDays(1), random.Between(1, 5), random.Next(60)), "Brno hub", "Sorted"),
        };
        if (DeliveryZone.Of(customer.Country).FreeFromCents is null)
        {
            events.Add(new(SeedClock.At(shipped.AddDays(4), 10, random.Next(60)), "Customs office", "Cleared by customs"));
        }

        var evening = SeedClock.At(arrival.AddDays(-1), random.Between(18, 23), random.Next(60));
        events.Add(new(evening, $"{customer.City} depot", "Arrived at the delivery depot"));
        events.Add(new(SeedClock.At(arrival, random.Between(6, 8), random.Next(60)), customer.City, "Out for delivery"));
        events.Add(new(SeedClock.At(arrival, random.Between(9, 17), random.Next(60)), customer.City, "Delivered"));

        // Only what has happened; a parcel due today has not reported today yet, whatever the hour is.
        var start = SeedClock.At(today, 0, 0);
        return new SeedShipment(carrier, tracking, shipped, arrival, [.. events.Where(e => e.At < start).OrderBy(e => e.At)]);
    }
}
