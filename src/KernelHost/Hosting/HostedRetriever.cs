using KernelHost.Memory;
using KernelHost.Memory.Retrieval;
using KernelHost.Policy;

namespace KernelHost.Hosting;

/// <summary>Something that can be searched, with the scope of whoever searches put below it.</summary>
internal abstract class HostedRetriever
{
    /// <summary>Whether it is ranked here, so that the options of a search mean something to it.</summary>
    public abstract bool HasLegs { get; }

    /// <summary>Brings its documents up to date, if it has any.</summary>
    public virtual Task PrepareAsync(IProgress<IngestProgress>? progress, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Searches.</summary>
    /// <param name="search">What, how, and for whom.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    public abstract Task<SearchAnswer> SearchAsync(HostedSearch search, CancellationToken cancellationToken);
}

/// <summary>A search of a retriever.</summary>
/// <param name="Text">What to look for.</param>
/// <param name="Principal">On whose behalf.</param>
/// <param name="Options">How.</param>
/// <param name="Reranker">Judges the best passages once more; <see langword="null"/> for none.</param>
internal sealed record HostedSearch(string Text, Principal Principal, SearchOptions Options, Reranker? Reranker = null)
{
    /// <summary>What the principal may see.</summary>
    public RetrievalScope Scope => field ??= RetrievalScope.Of(Principal.Name, Principal.Groups, Principal.Tenant);
}

/// <summary>A collection of the host's memory: of documents that a plugin brings, or that somebody ingested.</summary>
internal sealed class CollectionRetriever(MemoryStore memory, string collection, PluginDocuments? documents) : HostedRetriever
{
    public override bool HasLegs => true;

    public override Task PrepareAsync(IProgress<IngestProgress>? progress, CancellationToken cancellationToken) =>
        documents?.PrepareAsync(progress, cancellationToken) ?? Task.CompletedTask;

    public override async Task<SearchAnswer> SearchAsync(HostedSearch search, CancellationToken cancellationToken)
    {
        await PrepareAsync(progress: null, cancellationToken);
        return await memory.Search.SearchAsync(collection, search.Text, search.Scope, search.Options, search.Reranker, cancellationToken);
    }
}

/// <summary>A retriever that a plugin implements. It is told who asks, searches memory through that principal's eyes, and what it returns is looked at again.</summary>
internal sealed class ImplementedRetriever(Retriever implementation, Func<HostedSearch, ScopedMemory> memory) : HostedRetriever
{
    public override bool HasLegs => false;

    public override async Task<SearchAnswer> SearchAsync(HostedSearch search, CancellationToken cancellationToken)
    {
        using var scoped = memory(search);
        var query = new RetrievalQuery(search.Text)
        {
            Top = search.Options.Top,
            Principal = search.Principal.Name,
            Tenant = search.Principal.Tenant,
            Groups = search.Principal.Groups,
            Memory = scoped,
        };
        var found = await RetrieveAsync(query, scoped, cancellationToken);
        // What cannot be used at all is told by the run, which looks at every result; what the asker may not see is told by nobody.
        var hits = found.Where(passage => passage is null || search.Scope.AllowsReaders(passage.Readers)).Select(static passage => new SearchHit(passage, passage?.Score ?? 0)).ToList();
        List<string> notes = [];
        if (search.Reranker is { } reranker && hits.Count > 0 && hits.TrueForAll(static hit => hit.Passage is { Text: not null }))
        {
            hits = await Reranking.RunAsync(reranker, search.Text, hits, search.Options.RerankDepth, notes, cancellationToken);
        }

        return new SearchAnswer(hits, IsLexical: false) { Notes = notes };
    }

    // A plugin's exceptions leave it without what is behind them. What failed here is the host's own.
    private async Task<IReadOnlyList<Passage>> RetrieveAsync(RetrievalQuery query, ScopedMemory scoped, CancellationToken cancellationToken)
    {
        try
        {
            return await implementation.RetrieveAsync(query, cancellationToken);
        }
        catch (ToolException exception) when (scoped.Failure is { } failure)
        {
            throw new ToolException(exception.Message, failure) { IsTransient = exception.IsTransient };
        }
    }
}
