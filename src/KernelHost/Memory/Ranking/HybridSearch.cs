using System.Collections.Concurrent;
using KernelHost.Memory.Sqlite;
using KernelHost.Memory.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Ranking;

/// <summary>Searches a collection by words and by vectors and fuses the two orders.</summary>
internal sealed class HybridSearch(MemoryDatabase database, MemoryEmbedding embedding)
{
    // Reference types and plain loops here and in the legs: the first search of a process is mostly spent on compiling, and
    // generic collections of value types are compiled anew each time, where those of references come compiled.

    // Text beyond this is no question any more; a query of a megabyte costs no more than one of this length.
    private const int LongestQuery = 4096;
    private const int MostWords = 64;

    // How deep each leg looks; measured: a depth of 10 costs up to 14 points of recall at 50 against this one.
    private const int Depth = 50;

    // Hashed spelling is a noisy copy of what the keyword leg knows: it may mend typing errors, it must not outvote.
    private const double LexicalKeywordWeight = 2;

    private readonly ConcurrentDictionary<string, VectorCache> _caches = new(StringComparer.Ordinal);

    public async Task<SearchResult> SearchAsync(string collection, string query, int top, CancellationToken cancellationToken)
    {
        var text = query.Length <= LongestQuery ? query : query[..LongestQuery];
        var words = SearchWords.ForQuery(text, MostWords);
        if (words.Count == 0)
        {
            return new SearchResult([], embedding.IsLexical);
        }

        // Before the query is paid for: no collection, or vectors of another model.
        var row = database.Use(connection => CollectionRow.Get(connection, collection, database.Path));
        row.RequireModel(embedding.Id, database.Path);
        if (row.Dimensions == 0)
        {
            return new SearchResult([], embedding.IsLexical);
        }

        var vector = (await Embedder.EmbedAsync(embedding, [text], database.Path, cancellationToken))[0];
        return database.Read(connection => Search(connection, collection, words, vector, top));
    }

    private SearchResult Search(SqliteConnection connection, string collection, IReadOnlyList<string> words, float[] vector, int top)
    {
        // Read again inside the transaction: everything below must be of this one generation.
        var row = CollectionRow.Get(connection, collection, database.Path);
        row.RequireModel(embedding.Id, database.Path);
        row.RequireDimensions(vector.Length, database.Path);
        var depth = Math.Max(Depth, top);
        var byKeyword = KeywordLeg(connection, row, words, depth);
        var known = new HashSet<long>(byKeyword.Count);
        foreach (var hit in byKeyword)
        {
            known.Add(hit.ChunkId);
        }

        var byVector = CacheOf(connection, row).Scan(vector, embedding.MinimumSimilarity, known, depth);
        var fused = RankFusion.Fuse(byKeyword, embedding.IsLexical ? LexicalKeywordWeight : 1, byVector, 1);
        return new SearchResult(Fetch(connection, fused, top), embedding.IsLexical);
    }

    private VectorCache CacheOf(SqliteConnection connection, CollectionRow row)
    {
        if (_caches.TryGetValue(row.Name, out var cache) && cache.CollectionId == row.Id && cache.Generation == row.Generation)
        {
            return cache;
        }

        return _caches[row.Name] = VectorCache.Load(connection, row, database.Path);
    }

    private static List<LegHit> KeywordLeg(SqliteConnection connection, CollectionRow row, IReadOnlyList<string> words, int depth)
    {
        // Words hold letters, digits and marks only; quoted, none of them is an operator of FTS5.
        var match = string.Join(" OR ", words.Select(static word => $"\"{word}\""));
        // A title or heading says in one word what the text says in twenty. FTS5's bm25() is negative, better is smaller.
        using var statement = new Statement(connection,
            $"SELECT rowid, -bm25({row.Words}, 2.0, 2.0, 1.0) AS score FROM {row.Words} WHERE {row.Words} MATCH $1 ORDER BY score DESC, rowid LIMIT $2");
        using var reader = statement.Read(match, depth);
        var hits = new List<LegHit>();
        while (reader.Read())
        {
            hits.Add(new LegHit(reader.GetInt64(0), reader.GetDouble(1)));
        }

        return hits;
    }

    private static List<SearchHit> Fetch(SqliteConnection connection, List<FusedChunk> fused, int top)
    {
        using var statement = new Statement(connection,
            "SELECT d.path, d.title, c.section, c.text, c.ordinal FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.id = $1");
        var hits = new List<SearchHit>(fused.Count);
        foreach (var chunk in fused)
        {
            using var reader = statement.Read(chunk.ChunkId);
            if (reader.Read())
            {
                var passage = new Passage(reader.GetString(0), reader.GetString(3))
                {
                    Title = reader.IsDBNull(1) ? null : reader.GetString(1),
                    Section = reader.IsDBNull(2) ? null : reader.GetString(2),
                    Score = chunk.Score,
                };
                hits.Add(new SearchHit(passage, reader.GetInt64(4), chunk));
            }
        }

        hits.Sort(SearchHit.Compare);
        return hits.Count <= top ? hits : hits.GetRange(0, top);
    }
}
