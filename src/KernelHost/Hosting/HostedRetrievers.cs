using System.Collections.Concurrent;
using KernelHost.Catalog;
using KernelHost.Memory;
using KernelHost.Memory.Retrieval;
using KernelHost.Text;
using Microsoft.Extensions.Logging;

namespace KernelHost.Hosting;

/// <summary>
/// What can be searched: the retrievers of a catalog, those over documents backed by the host's memory, and the collections of that. One per name, made when
/// first needed; the memory is opened by the first search, not by an agent that merely could search.
/// </summary>
internal sealed partial class HostedRetrievers(PluginCatalog catalog, Func<MemoryStore> memory, KernelHostOptions options, ILogger log)
{
    private readonly ConcurrentDictionary<string, HostedRetriever> _retrievers = new(StringComparer.Ordinal);

    /// <summary>The tools through which models search.</summary>
    public IReadOnlyList<Tool> Tools => field ??= [.. catalog.Retrievers.Select(entry => RetrieverTool.Create(
        entry, options.Retrieval.For(entry.QualifiedName), (text, top, context, cancellationToken) => SearchAsync(entry, text, top, context, cancellationToken)))];

    /// <summary>A retriever by its qualified name, or a collection that is no retriever's.</summary>
    public HostedRetriever Get(string name) => catalog.Retrievers.FirstOrDefault(entry => entry.QualifiedName == name) is { } entry
        ? Get(entry)
        : _retrievers.GetOrAdd(name, _ => new CollectionRetriever(memory(), name, documents: null));

    private HostedRetriever Get(CatalogRetriever entry) => _retrievers.GetOrAdd(
        entry.QualifiedName,
        _ => entry.Implementation is { } implementation
            ? new ImplementedRetriever(implementation, search => new ScopedMemory(entry.PluginId, entry.QualifiedName, options.Retrieval.For(entry.QualifiedName).Collections, search, GetCollection))
            : new CollectionRetriever(memory(), PluginDocuments.CollectionName(entry), PluginDocuments.Of(memory(), entry)));

    // A name that a retriever implemented by a plugin bears is no collection, so that retrievers cannot search each other.
    private CollectionRetriever GetCollection(string name) =>
        Get(name) is CollectionRetriever collection ? collection : throw new ToolException($"There is no collection '{VisibleText.Escape(name)}'.");

    // For a run: within the scope of the run's principal, the retriever's settings, and its bounds.
    private async Task<RetrievedPassages> SearchAsync(CatalogRetriever entry, string text, int top, ToolContext context, CancellationToken cancellationToken)
    {
        var settings = options.Retrieval.For(entry.QualifiedName);
        var search = new HostedSearch(
            text,
            options.Principals.Find(context.Principal),
            settings.Search with { Top = top },
            settings.Rerank ? new ChatReranker(context.ChatClient, "the agent's model") : null);
        var answer = await Get(entry).SearchAsync(search, cancellationToken);
        foreach (var note in answer.Notes)
        {
            LogNote(entry.QualifiedName, context.RunId, context.CallId, note);
        }

        return PassageBudget.Apply(answer.Passages, top, settings);
    }

    [LoggerMessage(LogLevel.Warning, "Retriever '{Retriever}' in run {RunId}, call {CallId}: {Note}")]
    private partial void LogNote(string retriever, string runId, string callId, string note);
}
