namespace KernelHost.Plugins.CustomerSupport.Crm;

/// <summary>The database counts integer cents; results show decimals with two places.</summary>
internal static class Money
{
    public const string Currency = "EUR";

    public static decimal FromCents(long cents) => new decimal(cents) * 0.01m;

    /// <summary>For messages: <c>4.90 EUR</c>.</summary>
    public static string Format(long cents) => FormattableString.Invariant($"{FromCents(cents):0.00} {Currency}");
}
