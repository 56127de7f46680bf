using System.Runtime.CompilerServices;
using KernelHost.Memory;
using KernelHost.Memory.Records;
using KernelHost.Qdrant.Client;
using KernelHost.Qdrant.Collections;
using KernelHost.Qdrant.Filters;
using KernelHost.Qdrant.Points;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant;

/// <content>Reads.</content>
internal sealed partial class QdrantRecordCollection
{
    // Keys and order values only: small, so that a page of them can be long.
    private const uint LightPage = 4096;

    public override Task<IReadOnlyList<Record>> GetAsync(IReadOnlyCollection<object> keys, bool includeVectors, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return ReadAsync(async head =>
        {
            CheckKeys(keys, head.Schema);
            var ids = keys.Distinct().SelectMany(key => head.HasSeconds ? (PointId[])[PointKeys.First(key), PointKeys.Second(key)] : [PointKeys.First(key)]);
            var found = ByKey(await GetPointsAsync(head, ids, includeVectors, cancellationToken));
            return (IReadOnlyList<Record>)[.. keys.Where(found.ContainsKey).Select(key => found[key])];
        }, cancellationToken);
    }

    public override Task<long> CountAsync(RecordFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return ReadAsync(head => CountAsync(head, filter, cancellationToken), cancellationToken);
    }

    public override Task<IReadOnlyList<Record>> ListAsync(RecordListing listing, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(listing);
        return ReadAsync(async head =>
        {
            RecordChecks.Check(listing, head.Schema);
            return listing.Top == 0 ? [] : await ListAsync(head, listing, cancellationToken);
        }, cancellationToken);
    }

    public override async IAsyncEnumerable<Record> ScrollAsync(RecordFilter filter, bool includeVectors, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var seen = new HashSet<object>();
        PointId? offset = null;
        string? content = null;
        do
        {
            var (head, page) = await ReadAsync(async head =>
            {
                // After a rebuild from the beginning, without those that were there already.
                var request = Scroll(head, filter, head.Content == content ? offset : null, (uint)Options.PageSize);
                request.WithPayload = new WithPayloadSelector { Enable = true };
                request.WithVectors = VectorsOf(head.Schema, includeVectors);
                return (head, await connection.SendAsync($"read '{name}'", call => connection.Points.ScrollAsync(request, call), cancellationToken));
            }, cancellationToken);
            content = head.Content;
            offset = page.NextPageOffset;
            var reader = new PointReader(head.Schema);
            foreach (var point in page.Result)
            {
                // A change meanwhile may have moved a record to where this scroll still comes.
                var record = reader.Read(point.Payload, point.Vectors);
                if (seen.Add(record.Key))
                {
                    yield return record;
                }
            }
        }
        while (offset is not null);
    }

    /// <summary>Reads at one state of the collection: when a change or rebuild came in between, once more.</summary>
    private async Task<T> ReadAsync<T>(Func<CollectionHead, Task<T>> read, CancellationToken cancellationToken)
    {
        using var use = await BeginAsync(cancellationToken);
        var head = _head;
        for (var attempt = 0; ; attempt++)
        {
            await PauseAsync(attempt, cancellationToken);
            var isFresh = head is null;
            head ??= await _heads.ReadAsync(_alias, cancellationToken) ?? throw Missing();
            try
            {
                var result = await read(head);
                if (await _heads.IsStillAsync(_alias, head, cancellationToken))
                {
                    _head = head;
                    return result;
                }
            }
            catch (Exception exception) when (!isFresh && exception is (ArgumentException or MemoryException { InnerException: null }))
            {
                // What does not fit the schema that was remembered may fit the present one.
            }
            catch (MemoryException exception) when (CallFaults.IsMissing(exception))
            {
                // Deleted meanwhile, or replaced by a rebuild: the next look at the head tells.
            }

            _head = null;
            head = null;
        }
    }

    private async Task<long> CountAsync(CollectionHead head, RecordFilter filter, CancellationToken cancellationToken)
    {
        var request = new CountPoints { CollectionName = head.Target, Filter = Visible(head, filter), Exact = true, ReadConsistency = Consistency() };
        var response = await connection.SendAsync($"count '{name}'", call => connection.Points.CountAsync(request, call), cancellationToken);
        return (long)response.Result.Count;
    }

    private async Task<IReadOnlyList<Record>> ListAsync(CollectionHead head, RecordListing listing, CancellationToken cancellationToken)
    {
        var order = listing.OrderBy is { } by ? head.Schema.Fields.First(field => field.Name == by) : null;
        var list = new OrderedPoints(head.Schema, order, listing);
        // The server orders by id, which is the key unless that is a text or has a second place. Its own order by a field leaves out nulls and breaks ties by chance.
        var isByKey = order is null && !listing.Descending && head.Schema.Key != RecordKeyType.Text && !head.HasSeconds;
        PointId? offset = null;
        do
        {
            var request = Scroll(head, listing.Filter, offset, LightPage);
            request.WithPayload = new WithPayloadSelector { Include = list.Payload };
            if (isByKey)
            {
                request.Limit = (uint)Math.Min(LightPage, (long)listing.Skip + listing.Top - list.Count);
            }

            var page = await connection.SendAsync($"list '{name}'", call => connection.Points.ScrollAsync(request, call), cancellationToken);
            list.Add(page.Result);
            offset = page.NextPageOffset;
        }
        while (offset is not null && !(isByKey && list.Count >= (long)listing.Skip + listing.Top));

        var ids = list.Take();
        var found = ByKey(await GetPointsAsync(head, ids.Select(static one => one.Id), listing.IncludeVectors, cancellationToken));
        return [.. ids.Where(one => found.ContainsKey(one.Key)).Select(one => found[one.Key])];
    }

    private async Task<List<Record>> GetPointsAsync(CollectionHead head, IEnumerable<PointId> ids, bool includeVectors, CancellationToken cancellationToken)
    {
        var reader = new PointReader(head.Schema);
        var records = new List<Record>();
        foreach (var chunk in ids.Chunk(Options.PageSize))
        {
            var request = new GetPoints
            {
                CollectionName = head.Target,
                WithPayload = new WithPayloadSelector { Enable = true },
                WithVectors = VectorsOf(head.Schema, includeVectors),
                ReadConsistency = Consistency(),
            };
            request.Ids.AddRange(chunk);
            var response = await connection.SendAsync($"read '{name}'", call => connection.Points.GetAsync(request, call), cancellationToken);
            records.AddRange(response.Result.Where(point => Visibility.Sees(head, point.Payload)).Select(point => reader.Read(point.Payload, point.Vectors)));
        }

        return records;
    }

    private static Dictionary<object, Record> ByKey(IEnumerable<Record> records)
    {
        var byKey = new Dictionary<object, Record>();
        foreach (var record in records)
        {
            byKey[record.Key] = record;
        }

        return byKey;
    }

    private void CheckKeys(IEnumerable<object> keys, RecordSchema schema)
    {
        if (keys.Select(key => RecordChecks.KeyFault(key, schema)).FirstOrDefault(static fault => fault is not null) is { } fault)
        {
            throw new MemoryException($"A key does not fit the collection '{name}': {fault}", connection.Description);
        }
    }

    private ScrollPoints Scroll(CollectionHead head, RecordFilter filter, PointId? offset, uint limit) =>
        new() { CollectionName = head.Target, Filter = Visible(head, filter), Offset = offset, Limit = limit, ReadConsistency = Consistency() };

    private static Filter Visible(CollectionHead head, RecordFilter filter) => Visibility.Restrict(new FilterTranslator(head.Schema).Translate(filter), head);

    private static WithVectorsSelector VectorsOf(RecordSchema schema, bool include)
    {
        if (!include || schema.Vectors.Count == 0)
        {
            return new WithVectorsSelector { Enable = false };
        }

        var selector = new VectorsSelector();
        selector.Names.AddRange(schema.Vectors.Select(static vector => SafeNames.Of(vector.Name)));
        return new WithVectorsSelector { Include = selector };
    }

    private ReadConsistency? Consistency() => Options.ReadConsistency switch
    {
        QdrantReadConsistency.One => null,
        QdrantReadConsistency.Majority => new ReadConsistency { Type = ReadConsistencyType.Majority },
        QdrantReadConsistency.Quorum => new ReadConsistency { Type = ReadConsistencyType.Quorum },
        _ => new ReadConsistency { Type = ReadConsistencyType.All },
    };
}
