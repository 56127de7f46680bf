using KernelHost.Memory.Retrieval;

namespace KernelHost.Memory.Evaluation;

/// <summary>Asks a search the questions of an evaluation and measures what it finds.</summary>
public sealed class RetrievalEvaluation
{
    private const string Whole = "fused";

    private readonly Func<EvaluationSearch, CancellationToken, Task<SearchAnswer>> _search;
    private readonly bool _hasLegs;

    /// <summary>Names the search.</summary>
    /// <param name="search">Searches.</param>
    /// <param name="hasLegs">Whether the options mean something to it: a plugin's own retriever has one order only.</param>
    public RetrievalEvaluation(Func<EvaluationSearch, CancellationToken, Task<SearchAnswer>> search, bool hasLegs)
    {
        ArgumentNullException.ThrowIfNull(search);
        _search = search;
        _hasLegs = hasLegs;
    }

    /// <summary>Evaluates one configuration.</summary>
    /// <param name="queries">The questions.</param>
    /// <param name="options">The configuration.</param>
    /// <param name="top">The k of recall and of the reciprocal rank.</param>
    /// <param name="cancellationToken">Stops between two questions.</param>
    public async Task<EvaluationReport> RunAsync(IReadOnlyList<EvaluationQuery> queries, SearchOptions options, int top, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(options);
        EvaluationQuery[] answerable = [.. queries.Where(static query => query.Relevant.Count > 0)];
        // Several passages of one document count once, so that more of them are needed than places.
        var asked = options with { Top = 3 * Math.Max(top, RankingScore.Places) };
        List<LegReport> legs = [];
        var isLexical = false;
        // A reranker that fails leaves the order as it was: whoever reads the figures has to know.
        List<string> notes = [];
        foreach (var (name, leg) in Legs(asked))
        {
            List<RankingScore> scores = [];
            foreach (var query in answerable)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var answer = await _search(new EvaluationSearch(query.Query, leg, IsWhole: name == Whole), cancellationToken);
                isLexical |= answer.IsLexical;
                notes.AddRange(answer.Notes);
                scores.Add(RankingScore.Of(query, answer.Passages, top));
            }

            legs.Add(new LegReport(name, scores));
        }

        var silent = 0;
        foreach (var query in queries.Where(static query => query.Relevant.Count == 0))
        {
            silent += (await _search(new EvaluationSearch(query.Query, asked, IsWhole: true), cancellationToken)).Hits.Count == 0 ? 1 : 0;
        }

        return new EvaluationReport
        {
            Options = options,
            Top = top,
            IsLexical = isLexical,
            Notes = [.. notes.Distinct()],
            Answerable = answerable,
            Legs = legs,
            Unanswerable = queries.Count - answerable.Length,
            Silent = silent,
        };
    }

    // A leg alone is judged by its whole order: the similarity below which a passage is not shown alone is a rule of the fusion, and would only make the
    // leg look worse beside it.
    private IEnumerable<(string Name, SearchOptions Options)> Legs(SearchOptions options)
    {
        if (_hasLegs && options.KeywordWeight is not 0 && options.VectorWeight > 0)
        {
            yield return ("keyword", options with { VectorWeight = 0, FusedThreshold = null, MarginalRelevance = null });
            yield return ("vector", options with { KeywordWeight = 0, VectorThreshold = -1, FusedThreshold = null, MarginalRelevance = null });
        }

        yield return (Whole, options);
    }
}

/// <summary>One search of an evaluation.</summary>
/// <param name="Query">The question.</param>
/// <param name="Options">How to search.</param>
/// <param name="IsWhole">Whether it is the whole search, with all that belongs to it, and not one leg alone, which is not reranked.</param>
public sealed record EvaluationSearch(string Query, SearchOptions Options, bool IsWhole);
