namespace KernelHost.Catalog;

/// <summary>A source that can be searched: documents for the host to ingest, or a retriever the plugin implements.</summary>
public sealed class CatalogRetriever
{
    /// <summary>The plugin it came with.</summary>
    public required string PluginId { get; init; }

    /// <summary>The SemVer version of the plugin.</summary>
    public required string PluginVersion { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 over the plugin's files.</summary>
    public required string ContentHash { get; init; }

    /// <summary>The name within the plugin, for example <c>help-center</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the tool it is offered as: <c>customer_support-search_help-center</c>.</summary>
    public required string ModelName { get; init; }

    /// <summary>What can be found with it.</summary>
    public required string Description { get; init; }

    /// <summary>The directory the plugin is installed in; documents are below it.</summary>
    public required string PluginDirectory { get; init; }

    /// <summary>The pattern of the documents to ingest; <see langword="null"/> when <see cref="Implementation"/> is there.</summary>
    public string? DocumentPattern { get; init; }

    /// <summary>Searches by itself; <see langword="null"/> when <see cref="DocumentPattern"/> is there. It throws host exceptions only.</summary>
    public Retriever? Implementation { get; init; }

    /// <summary>The name people and agents use: <c>customer-support/help-center</c>.</summary>
    public string QualifiedName => field ??= $"{PluginId}/{Name}";
}
