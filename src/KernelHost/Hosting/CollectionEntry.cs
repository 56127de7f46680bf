using System.Security.Cryptography;
using System.Text;
using KernelHost.Catalog;

namespace KernelHost.Hosting;

/// <summary>A collection that people fill, as a retriever of the host: <c>memory/handbook</c>.</summary>
internal static class CollectionEntry
{
    private const string Prefix = CollectionNames.PluginId + "/";

    public static CatalogRetriever Create(string collection) => new()
    {
        PluginId = CollectionNames.PluginId,
        PluginVersion = "1.0.0",
        // What is searched changes with every ingestion; what an approval is bound to is which collection it is.
        ContentHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Prefix + collection))),
        Name = collection,
        ModelName = ModelName.ForRetriever(CollectionNames.PluginId, collection),
        Description = $"The documents of the collection '{collection}'.",
        PluginDirectory = "",
    };

    /// <summary>The collection of a retriever's name; <see langword="null"/> when the name is no collection's.</summary>
    public static CatalogRetriever? Find(string qualifiedName) =>
        qualifiedName.StartsWith(Prefix, StringComparison.Ordinal) && CollectionNames.IsValid(qualifiedName[Prefix.Length..]) ? Create(qualifiedName[Prefix.Length..]) : null;
}
