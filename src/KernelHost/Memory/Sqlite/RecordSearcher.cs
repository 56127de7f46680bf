using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite.Cache;
using KernelHost.Memory.Sqlite.Keywords;
using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

/// <summary>Runs a search on one view of a content.</summary>
internal sealed class RecordSearcher(SqliteConnection connection, CollectionView view, RecordSearch search)
{
    // Above so many of the rows a scan of all vectors is quicker than one that jumps.
    private const int ManyOfRows = 4;

    public IReadOnlyList<RecordHit> Run()
    {
        // The lists of words are by tenant already.
        var selected = Selection.Of(search.Vectors.Count == 0 ? search.Filter : FilterOf(search, view.Codec.Schema), view, connection);
        var isFused = search.Vectors.Count + (search.Keywords is null ? 0 : 1) > 1;
        var wanted = (int)Math.Min(int.MaxValue, (long)search.Skip + search.Top);
        int DepthOf(int depth) => Math.Min(view.RowCount, isFused ? Math.Max(depth, wanted) : wanted);

        var keywords = search.Keywords is { } words ? Keywords(words, selected, DepthOf(words.Depth)) : null;
        List<(double Score, int Row)>[] vectors = [.. search.Vectors.Select(leg => Nearest(leg, selected, DepthOf(leg.Depth)))];
        var hits = isFused ? Fuse(keywords, vectors) : keywords ?? vectors[0];
        using var records = new RecordRows(connection, view, search.IncludeVectors);
        return [.. hits.Skip(search.Skip).Take(search.Top).Select(hit => Describe(hit, records, keywords, vectors))];
    }

    /// <summary>What a search looks at: the tenant's records, and of those what its filter selects.</summary>
    public static RecordFilter FilterOf(RecordSearch search, RecordSchema schema) => schema.TenantField is { } tenant
        ? RecordFilter.And(RecordFilter.Equal(tenant.Name, search.Tenant), search.Filter)
        : search.Filter;

    private List<(double Score, int Row)> Keywords(KeywordLeg leg, Bits selected, int depth)
    {
        var found = KeywordSearch.Run(connection, view, leg, search.Tenant, selected, depth);
        return leg.Threshold is { } threshold ? found.FindAll(one => one.Score >= threshold) : found;
    }

    private List<(double Score, int Row)> Nearest(VectorLeg leg, Bits selected, int depth)
    {
        var index = view.Vectors(view.Codec.VectorIndexOf(leg.Name));
        var query = new VectorQuery(index.Vector, leg.Vector);
        var top = new TopRows(depth, view.Rows);
        using var statement = new SqliteStatement(connection, $"SELECT vector FROM {view.Tables.Vectors(view.Codec.VectorIndexOf(leg.Name))} WHERE ordinal = ?1");
        index.Scan(query, selected, selected.Count() > index.Count / ManyOfRows, top, (row, vector) =>
        {
            statement.Bind(1, view.Rows.OrdinalOf(row)).Step();
            VectorBlob.DecodeExactly(statement.Blob(0), vector);
            statement.Reset();
        });
        return [.. top.ToList().Where(one => query.Passes(one.Score, leg.Threshold)).Select(one => (query.ScoreOf(one.Score), one.Row))];
    }

    private List<(double Score, int Row)> Fuse(List<(double Score, int Row)>? keywords, List<(double Score, int Row)>[] vectors)
    {
        List<(IEnumerable<int>, float)> legs = [];
        if (keywords is not null)
        {
            legs.Add((keywords.Select(static one => one.Row), search.Keywords!.Weight));
        }

        legs.AddRange(vectors.Zip(search.Vectors, static (found, leg) => (found.Select(static one => one.Row), leg.Weight)));
        return [.. ReciprocalRankFusion.Fuse(legs, search.K, Comparer<int>.Create(view.Rows.CompareKeys)).Select(static one => (one.Score, one.Key))];
    }

    private RecordHit Describe((double Score, int Row) hit, RecordRows records, List<(double Score, int Row)>? keywords, List<(double Score, int Row)>[] vectors)
    {
        var record = records.Read(view.Rows.OrdinalOf(hit.Row)) ?? throw new InvalidDataException($"The record {view.Rows.OrdinalOf(hit.Row)} is not whole.");
        return !search.Explain ? new RecordHit(record, hit.Score) : new RecordHit(record, hit.Score)
        {
            Keywords = keywords is null ? null : PlaceOf(hit.Row, keywords),
            Vectors = [.. vectors.Select(found => PlaceOf(hit.Row, found))],
        };
    }

    private static LegPlace? PlaceOf(int row, List<(double Score, int Row)> found) =>
        found.FindIndex(one => one.Row == row) is >= 0 and var index ? new LegPlace(index + 1, found[index].Score) : null;
}
