namespace KernelHost.Plugins.CustomerSupport.Seed;

/// <summary>The shop's three delivery zones, as the help-centre article on delivery describes them.</summary>
internal sealed record DeliveryZone(int ShippingCents, int? FreeFromCents, int MinDays, int MaxDays)
{
    private static readonly DeliveryZone Near = new(490, 8000, 2, 4);
    private static readonly DeliveryZone Union = new(890, 15000, 4, 7);
    private static readonly DeliveryZone Abroad = new(1490, null, 6, 10);

    public static DeliveryZone Of(string country) => country switch
    {
        "CZ" or "SK" or "AT" or "DE" or "PL" or "HU" => Near,
        "GB" or "CH" or "NO" => Abroad,
        _ => Union,
    };

    public int CostFor(int itemsCents) => itemsCents >= FreeFromCents ? 0 : ShippingCents;
}
