namespace KernelHost.Models;

/// <summary>What is configured about a model, without its key.</summary>
/// <param name="Name">Its name in configuration.</param>
/// <param name="Provider">The provider's name.</param>
/// <param name="ModelId">The model's id at the provider.</param>
/// <param name="Endpoint">Where requests go; <see langword="null"/> when nothing leaves the process.</param>
public sealed record ModelInfo(string Name, string Provider, string ModelId, Uri? Endpoint)
{
    /// <summary>What it charges; <see langword="null"/> when the configuration does not say.</summary>
    public ModelPrice? Price { get; init; }
}
