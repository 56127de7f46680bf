using System.Collections.Concurrent;
using KernelHost.Catalog;
using KernelHost.Memory;
using KernelHost.Memory.Retrieval;
using KernelHost.Text;

namespace KernelHost.Hosting;

/// <summary>The retrievers of a catalog, those over documents backed by the host's memory. One per retriever, made when first needed.</summary>
internal sealed class HostedRetrievers(PluginCatalog catalog, Func<MemoryStore> memory, RetrievalScope scope)
{
    private readonly ConcurrentDictionary<string, Retriever> _retrievers = new(StringComparer.Ordinal);

    /// <summary>The tools through which models search.</summary>
    public IReadOnlyList<Tool> Tools => field ??= [.. catalog.Retrievers.Select(entry => RetrieverTool.Create(entry, new Deferred(this, entry)))];

    /// <exception cref="ConfigurationException">There is none of that name.</exception>
    public Retriever Get(string qualifiedName) => Get(
        catalog.Retrievers.FirstOrDefault(entry => entry.QualifiedName == qualifiedName)
        ?? throw new ConfigurationException([Unknown(qualifiedName)]));

    private Retriever Get(CatalogRetriever entry) => _retrievers.GetOrAdd(
        entry.QualifiedName,
        _ => entry.Implementation ?? DocumentRetriever.ForPlugin(memory(), entry, scope));

    private string Unknown(string name)
    {
        var names = catalog.Retrievers.Select(entry => entry.QualifiedName).ToList();
        var known = names.Count == 0 ? "No loaded plugin has one." : $"Known retrievers: {string.Join(", ", names)}.";
        return $"There is no retriever '{VisibleText.Escape(name)}'.{NearestName.Hint(name, names)} {known}";
    }

    // The memory is opened by the first search, not by an agent that merely could search.
    private sealed class Deferred(HostedRetrievers retrievers, CatalogRetriever entry) : Retriever
    {
        public override Task<IReadOnlyList<Passage>> RetrieveAsync(RetrievalQuery query, CancellationToken cancellationToken) =>
            retrievers.Get(entry).RetrieveAsync(query, cancellationToken);
    }
}
