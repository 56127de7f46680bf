namespace KernelHost.Catalog;

/// <summary>A prompt template that agents may use in their instructions.</summary>
public sealed class CatalogPrompt
{
    /// <summary>The plugin it came with.</summary>
    public required string PluginId { get; init; }

    /// <summary>The name within the plugin, for example <c>tone</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public required string Description { get; init; }

    /// <summary>The text in Semantic Kernel's template language.</summary>
    public required string Template { get; init; }

    /// <summary>The name people and agents use: <c>customer-support/tone</c>.</summary>
    public string QualifiedName => field ??= $"{PluginId}/{Name}";
}
