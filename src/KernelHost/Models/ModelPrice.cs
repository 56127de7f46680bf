namespace KernelHost.Models;

/// <summary>What a model charges, in millionths of the host's currency per million tokens: whole numbers, so that sums are exact.</summary>
/// <param name="Input">A million tokens read.</param>
/// <param name="Output">A million tokens written.</param>
/// <param name="CachedInput">A million tokens read from the provider's cache.</param>
public sealed record ModelPrice(long Input, long Output, long CachedInput)
{
    private const long PerMillion = 1_000_000;

    /// <summary>Costs nothing.</summary>
    public static ModelPrice Free { get; } = new(0, 0, 0);

    /// <summary>What tokens cost, in millionths of the currency, rounded up.</summary>
    /// <param name="input">Tokens read, those from the cache included.</param>
    /// <param name="output">Tokens written.</param>
    /// <param name="cachedInput">How many of the tokens read came from the cache.</param>
    public long Cost(long input, long output, long cachedInput = 0)
    {
        // A provider that counts more cached tokens than tokens gets no discount for tokens nobody sent.
        var cached = Math.Clamp(cachedInput, 0, input);
        var micros = ((Int128)(input - cached) * Input) + ((Int128)cached * CachedInput) + ((Int128)output * Output);
        return (long)Int128.Min((micros + PerMillion - 1) / PerMillion, long.MaxValue / 4);
    }

    /// <summary>How many tokens can be written for an amount.</summary>
    /// <param name="micros">Millionths of the currency.</param>
    public long OutputFor(long micros) => Output == 0 ? long.MaxValue : (long)Int128.Min((Int128)Math.Max(0, micros) * PerMillion / Output, long.MaxValue);

    /// <summary>The price that options state; <see langword="null"/> when they state none. The offline model is free unless they do.</summary>
    internal static ModelPrice? From(ModelOptions options) => options switch
    {
        { InputPricePerMillion: { } input, OutputPricePerMillion: { } output } =>
            new(Text.Money.ToMicros(input), Text.Money.ToMicros(output), Text.Money.ToMicros(options.CachedInputPricePerMillion ?? input)),
        { Provider: ModelProviders.Offline } => Free,
        _ => null,
    };
}
