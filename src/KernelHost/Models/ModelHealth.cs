namespace KernelHost.Models;

/// <summary>The result of trying to reach a model.</summary>
/// <param name="Name">The model's name in configuration.</param>
/// <param name="Provider">The provider's name.</param>
/// <param name="ModelId">The model's id at the provider.</param>
/// <param name="Healthy">Whether a request can be expected to succeed.</param>
/// <param name="Detail">What was done and what came of it; when unhealthy, what to do.</param>
public sealed record ModelHealth(string Name, string Provider, string ModelId, bool Healthy, string Detail);
