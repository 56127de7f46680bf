using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using KernelHost.Memory.Ranking;
using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite.Cache;
using KernelHost.Memory.Sqlite.Keywords;
using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

/// <inheritdoc/>
[SuppressMessage("Naming", "CA1711", Justification = "The word of the field for what it is.")]
internal sealed partial class SqliteRecordCollection(string name, SqliteFile file) : RecordCollection
{
    private const int PageLength = 200;

    private CollectionCache? _cache;

    /// <inheritdoc/>
    public override string Name => name;

    public long CachedBytes => _cache?.Bytes ?? 0;

    /// <inheritdoc/>
    public override Task<CollectionState?> GetStateAsync(CancellationToken cancellationToken) => file.ReadAsync(
        connection => CollectionEntry.Find(connection, name) is { } entry
            ? new CollectionState(SchemaBytes.Read(entry.SchemaBytes), entry.Version, SchemaBytes.ReadProperties(entry.Properties))
            : null,
        cancellationToken);

    /// <inheritdoc/>
    public override Task<IReadOnlyList<Record>> GetAsync(IReadOnlyCollection<object> keys, bool includeVectors, CancellationToken cancellationToken) => file.ReadAsync<IReadOnlyList<Record>>(
        connection =>
        {
            var (entry, codec) = Open(connection);
            var tables = new ContentTables(entry.Content, codec.Schema.Vectors.Count);
            using var find = new SqliteStatement(connection, $"SELECT ordinal FROM {tables.Rows} WHERE key = ?1");
            using var records = new RecordRows(connection, tables, codec, includeVectors);
            List<Record> found = [];
            foreach (var key in Encode(keys, codec.Schema))
            {
                if (find.FindNumber(key) is { } ordinal && records.Read((int)ordinal) is { } record)
                {
                    found.Add(record);
                }
            }

            return found;
        },
        cancellationToken);

    /// <inheritdoc/>
    public override Task<IReadOnlyList<Record>> ListAsync(RecordListing listing, CancellationToken cancellationToken) => ViewAsync(
        schema => RecordChecks.Check(listing, schema),
        listing.Filter,
        orderBy: listing.OrderBy,
        static _ => [],
        (connection, view) => RecordLister.List(listing, view, connection),
        cancellationToken);

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Record> ScrollAsync(RecordFilter filter, bool includeVectors, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (content, ordinals) = await ViewAsync(
            schema => RecordFilters.Check(filter, schema),
            filter,
            orderBy: null,
            static _ => [],
            (connection, view) => (view.Content, Selection.Of(filter, view, connection).Rows().Select(view.Rows.OrdinalOf).ToArray()),
            cancellationToken);
        foreach (var page in ordinals.Chunk(PageLength))
        {
            var records = await file.ReadAsync(
                connection =>
                {
                    var (entry, codec) = Open(connection);
                    if (entry.Content != content)
                    {
                        throw new MemoryException($"The collection '{name}' in {file.Description} was built anew while it was read. Read it again from the beginning.", file.Path);
                    }

                    using var rows = new RecordRows(connection, new ContentTables(content, codec.Schema.Vectors.Count), codec, includeVectors);
                    return page.Select(rows.Read).OfType<Record>().ToArray();
                },
                cancellationToken);
            foreach (var record in records)
            {
                yield return record;
            }
        }
    }

    /// <inheritdoc/>
    public override Task<long> CountAsync(RecordFilter filter, CancellationToken cancellationToken) => ViewAsync(
        schema => RecordFilters.Check(filter, schema),
        filter,
        orderBy: null,
        static _ => [],
        (connection, view) => (long)Selection.Of(filter, view, connection).Count(),
        cancellationToken);

    /// <inheritdoc/>
    public override Task<IReadOnlyList<RecordHit>> SearchAsync(RecordSearch search, CancellationToken cancellationToken) => ViewAsync(
        schema => RecordChecks.Check(search, schema, name, file.Description),
        search.Filter,
        orderBy: null,
        codec => search.Vectors.Select(leg => codec.VectorIndexOf(leg.Name)),
        (connection, view) => new RecordSearcher(connection, view, search).Run(),
        cancellationToken);

    /// <inheritdoc/>
    public override Task<int> CountHeldWordsAsync(RecordSearch search, CancellationToken cancellationToken) => ViewAsync(
        schema => RecordChecks.Check(search, schema, name, file.Description),
        search.Filter,
        orderBy: null,
        static _ => [],
        (connection, view) => search.Keywords is { } leg
            ? HeldWords.Count(connection, view, leg, search.Tenant, Selection.Of(search.Filter, view, connection))
            : 0,
        cancellationToken);

    private async Task<T> ViewAsync<T>(
        Action<RecordSchema> check, RecordFilter filter, string? orderBy, Func<RecordCodec, IEnumerable<int>> vectors, Func<SqliteConnection, CollectionView, T> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await file.ReadAsync(
                connection =>
                {
                    var (entry, codec) = Open(connection);
                    check(codec.Schema);
                    return ViewOf(connection, entry, codec, filter, orderBy, vectors(codec)) is { } view ? new Box<T>(work(connection, view)) : null;
                },
                cancellationToken);
            if (result is not null)
            {
                return result.Value;
            }
        }
    }

    private CollectionView? ViewOf(SqliteConnection connection, CollectionEntry entry, RecordCodec codec, RecordFilter filter, string? orderBy, IEnumerable<int> vectors)
    {
        var cache = Volatile.Read(ref _cache);
        if (cache is null || cache.Content < entry.Content)
        {
            Volatile.Write(ref _cache, cache = new CollectionCache(entry.Content, codec, file.Options.ExactVectorBytes));
        }

        if (cache.Content > entry.Content)
        {
            return null;
        }

        IEnumerable<int> fields = Selection.QuickFieldsOf(filter, codec);
        fields = codec.Schema.TenantField is { } tenant ? fields.Append(codec.IndexOf(tenant.Name)) : fields;
        _ = orderBy;
        try
        {
            var view = cache.TryView(connection, entry, fields, vectors);
            if (view is null && cache.IsStale(entry))
            {
                Interlocked.CompareExchange(ref _cache, null, cache);
            }

            return view;
        }
        catch
        {
            // Half of it may have followed.
            Interlocked.CompareExchange(ref _cache, null, cache);
            throw;
        }
    }

    private (CollectionEntry Entry, RecordCodec Codec) Open(SqliteConnection connection)
    {
        var entry = CollectionEntry.Get(connection, name, file);
        if (entry.Words != SearchWords.Version)
        {
            throw new MemoryException(
                $"The collection '{name}' in {file.Description} was written by another version of the host, which cut words differently. Ingest into it once, and its words are indexed anew.", file.Path);
        }

        return (entry, _cache is { } cache && cache.Content == entry.Content ? cache.Codec : new RecordCodec(SchemaBytes.Read(entry.SchemaBytes)));
    }

    private List<byte[]> Encode(IReadOnlyCollection<object> keys, RecordSchema schema) => [.. keys.Select(key => RecordChecks.KeyFault(key, schema) is { } fault
        ? throw new MemoryException($"A key does not fit the collection '{name}': {fault}", file.Description)
        : KeyBytes.TryEncode(key, schema.Key)!)];

    private sealed record Box<T>(T Value);
}
