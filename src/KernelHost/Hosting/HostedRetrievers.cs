using System.Collections.Concurrent;
using KernelHost.Catalog;
using KernelHost.Memory;
using KernelHost.Memory.Retrieval;
using KernelHost.Runs.Effects;
using KernelHost.Text;
using Microsoft.Extensions.Logging;

namespace KernelHost.Hosting;

/// <summary>
/// What can be searched: the retrievers of a catalog, those over documents backed by the host's memory, and one for each collection that an agent or a person
/// names. One per retriever, made when first needed; the memory is opened by the first search, not by an agent that merely could search.
/// </summary>
internal sealed partial class HostedRetrievers(PluginCatalog catalog, IEnumerable<string> collections, Func<MemoryStore> memory, Func<Reranker> crossEncoder, KernelHostOptions options, ILogger log)
{
    private readonly ConcurrentDictionary<string, HostedRetriever> _retrievers = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<CatalogRetriever> _entries = [.. catalog.Retrievers, .. collections.Distinct(StringComparer.Ordinal).Select(CollectionEntry.Create)];

    /// <summary>The tools through which models search.</summary>
    public IReadOnlyList<Tool> Tools => field ??= [.. _entries.Select(entry => RetrieverTool.Create(
        entry, options.Retrieval.For(entry.QualifiedName), (text, top, context, cancellationToken) => SearchAsync(entry, text, top, context, cancellationToken)))];

    /// <summary>The names of all of them.</summary>
    public IEnumerable<string> Names => _entries.Select(static entry => entry.QualifiedName);

    /// <exception cref="ConfigurationException">There is none of that name.</exception>
    public HostedRetriever Get(string qualifiedName) => Get(
        _entries.FirstOrDefault(entry => entry.QualifiedName == qualifiedName)
        ?? CollectionEntry.Find(qualifiedName)
        ?? throw new ConfigurationException([Unknown(qualifiedName)]));

    private HostedRetriever Get(CatalogRetriever entry) => _retrievers.GetOrAdd(entry.QualifiedName, _ => entry switch
    {
        { Implementation: { } implementation } => new ImplementedRetriever(implementation, search => new ScopedMemory(entry, options.Retrieval.For(entry.QualifiedName), search, GetCollection)),
        { DocumentPattern: null } => new CollectionRetriever(memory(), entry.Name, documents: null),
        _ => new CollectionRetriever(memory(), PluginDocuments.CollectionName(entry), PluginDocuments.Of(memory(), entry)),
    });

    // By the name of the collection: that of a plugin's documents, or one that somebody filled. What a plugin implements is none, so that retrievers cannot search each other.
    private CollectionRetriever? GetCollection(string name) => (catalog.Retrievers.FirstOrDefault(entry => entry.QualifiedName == name) is { } entry ? Get(entry)
        : CollectionNames.IsValid(name) ? Get(CollectionEntry.Create(name))
        : null) as CollectionRetriever;

    // For a run: within the scope of the run's principal, the retriever's settings, and its bounds.
    private async Task<RetrievedPassages> SearchAsync(CatalogRetriever entry, string text, int top, ToolContext context, CancellationToken cancellationToken)
    {
        var settings = options.Retrieval.For(entry.QualifiedName);
        var search = new HostedSearch(
            text,
            options.Principals.Find(context.Principal),
            settings.Search with { Top = top },
            settings.Rerank switch
            {
                RerankerKind.Model => new ChatReranker(context.ChatClient, "the agent's model for tools", HostCause.Of),
                RerankerKind.Onnx => new LateReranker(crossEncoder),
                _ => null,
            });
        var answer = await Get(entry).SearchAsync(search, cancellationToken);
        foreach (var note in answer.Notes)
        {
            LogNote(entry.QualifiedName, context.RunId, context.CallId, note);
        }

        return PassageBudget.Apply(answer.Passages, top, settings);
    }

    private string Unknown(string name)
    {
        var names = Names.ToList();
        var known = names.Count == 0 ? "No loaded plugin has one." : $"Known retrievers: {string.Join(", ", names)}.";
        return $"There is no retriever '{VisibleText.Escape(name)}'.{NearestName.Hint(name, names)} {known}";
    }

    [LoggerMessage(LogLevel.Warning, "Retriever '{Retriever}' in run {RunId}, call {CallId}: {Note}")]
    private partial void LogNote(string retriever, string runId, string callId, string note);
}
