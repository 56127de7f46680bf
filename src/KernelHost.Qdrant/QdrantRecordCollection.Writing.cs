using KernelHost.Memory;
using KernelHost.Memory.Records;
using KernelHost.Qdrant.Client;
using KernelHost.Qdrant.Collections;
using KernelHost.Qdrant.Points;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant;

/// <content>
/// Plain writes: at once visible, each record for itself. A change under way is cut off first, because it was thought out for another state; so it can have
/// marked nothing that is written here, and if one begins meanwhile, its marks are respected and the write is made again.
/// </content>
internal sealed partial class QdrantRecordCollection
{
    public override Task UpsertAsync(IReadOnlyList<Record> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        return WriteAsync(async head =>
        {
            var fitting = Fit(head.Schema, records);
            var places = await FindPlacesAsync(head, [.. fitting.Select(static record => record.Key)], cancellationToken);
            var writer = new PointWriter(head.Schema);
            // Where a record is, nothing but that record is replaced: after a change it may be elsewhere, and would be there twice.
            await SendPointsAsync(
                fitting.Where(record => places[record.Key].Live is not null).Select(record => (record, writer.Write(record, places[record.Key].Live!, generation: 0))),
                batch => Upsert(head.Target, batch, Visibility.Present(head), UpdateMode.UpdateOnly),
                cancellationToken);
            await SendPointsAsync(
                fitting.Where(record => places[record.Key].Live is null).Select(record => (record, writer.Write(record, PointKeys.First(record.Key), generation: 0))),
                batch => Upsert(head.Target, batch, Visibility.Unmarked(head), UpdateMode.Upsert),
                cancellationToken);
            return (true, fitting.Count > 0);
        }, cancellationToken);
    }

    public override Task DeleteAsync(IReadOnlyCollection<object> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return WriteAsync(async head =>
        {
            CheckKeys(keys, head.Schema);
            foreach (var chunk in keys.Chunk(Options.BatchSize))
            {
                var ids = new PointsIdsList();
                ids.Ids.AddRange(chunk.SelectMany(key => head.HasSeconds ? (PointId[])[PointKeys.First(key), PointKeys.Second(key)] : [PointKeys.First(key)]));
                await DeleteAsync(head.Target, new PointsSelector { Points = ids }, cancellationToken);
            }

            return (true, keys.Count > 0);
        }, cancellationToken);
    }

    public override Task<long> DeleteAsync(RecordFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return WriteAsync(async head =>
        {
            var count = await CountAsync(head, filter, cancellationToken);
            if (count > 0)
            {
                await DeleteAsync(head.Target, new PointsSelector { Filter = Visible(head, filter) }, cancellationToken);
            }

            return (count, count > 0);
        }, cancellationToken);
    }

    private async Task<T> WriteAsync<T>(Func<CollectionHead, Task<(T Result, bool IsWritten)>> write, CancellationToken cancellationToken)
    {
        using var use = await BeginAsync(cancellationToken);
        for (var attempt = 0; ; attempt++)
        {
            await PauseAsync(attempt, cancellationToken);
            var head = await ReadToWriteAsync(cancellationToken);
            if (head.IsChanging)
            {
                if (await _heads.TryReplaceAsync(head, head.GiveUpChange(), cancellationToken) is not { } freed)
                {
                    continue;
                }

                head = freed;
            }

            // Where records can have moved, a write counts only if no other came in between; those of this process then come one by one.
            var isHeld = head.HasSeconds;
            if (isHeld)
            {
                await _turn.WaitAsync(cancellationToken);
            }

            try
            {
                var (result, isWritten) = await write(head);
                if (!isHeld)
                {
                    await _turn.WaitAsync(cancellationToken);
                    isHeld = true;
                }

                if (!isWritten || await TryCountWriteAsync(head, cancellationToken))
                {
                    return result;
                }
            }
            catch (MemoryException exception) when (CallFaults.IsMissing(exception))
            {
                // Dropped meanwhile, or replaced by a rebuild: the next look at the head tells.
            }
            finally
            {
                if (isHeld)
                {
                    _turn.Release();
                }
            }
        }
    }

    /// <summary>Moves the collection to its next version.</summary>
    /// <returns>Whether no change began, and no rebuild took the collection's place, since <paramref name="head"/>; otherwise the write may be covered by them.</returns>
    private async Task<bool> TryCountWriteAsync(CollectionHead head, CancellationToken cancellationToken)
    {
        var now = _head is { } known && known.Version > head.Version && IsUnchanged(known) ? known : head;
        for (var attempt = 0; ; attempt++)
        {
            await PauseAsync(attempt, cancellationToken);
            if (await _heads.TryReplaceAsync(now, now with { Version = now.Version + 1 }, cancellationToken) is { } counted)
            {
                _head = counted;
                return true;
            }

            now = await _heads.ReadAsync(_alias, cancellationToken) ?? throw Missing();
            if (!IsUnchanged(now))
            {
                return false;
            }
        }

        // With second places another write counts too: a record that it deleted was not there to be replaced.
        bool IsUnchanged(CollectionHead other) =>
            other.Content == head.Content && other.Generation == head.Generation && other.Reserved == head.Reserved && other.Successor is null
            && (!head.HasSeconds || other.Version == head.Version);
    }

    /// <summary>The present head. A rebuild that was killed at its last step is finished first.</summary>
    private async Task<CollectionHead> ReadToWriteAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            await PauseAsync(attempt, cancellationToken);
            var head = await _heads.ReadAsync(_alias, cancellationToken) ?? throw Missing();
            if (head.Successor is null)
            {
                return head;
            }

            await FollowAsync(head.Successor, cancellationToken);
        }
    }

    private List<Record> Fit(RecordSchema schema, IReadOnlyList<Record> records)
    {
        // Of the same key the last one counts.
        var fitting = new Dictionary<object, Record>();
        foreach (var record in records)
        {
            var fitted = RecordChecks.Fit(record, schema, name, connection.Description);
            fitting[fitted.Key] = fitted;
        }

        return [.. fitting.Values];
    }

    /// <summary>
    /// Where the records of keys are, and where they can be written anew beside that. A record that is in both places, because a process died after two changes had
    /// overtaken its write, loses the first.
    /// </summary>
    private async Task<Dictionary<object, (PointId? Live, PointId Free)>> FindPlacesAsync(CollectionHead head, IReadOnlyCollection<object> keys, CancellationToken cancellationToken)
    {
        var live = new HashSet<PointId>();
        if (head.HasSeconds)
        {
            foreach (var chunk in keys.Chunk((int)LightPage / 2))
            {
                var request = new GetPoints { CollectionName = head.Target, WithPayload = new WithPayloadSelector { Include = new PayloadIncludeSelector() }, ReadConsistency = Consistency() };
                request.WithPayload.Include.Fields.Add([SafeNames.From, SafeNames.Until]);
                request.Ids.AddRange(chunk.SelectMany(static key => (PointId[])[PointKeys.First(key), PointKeys.Second(key)]));
                var response = await connection.SendAsync($"read '{name}'", call => connection.Points.GetAsync(request, call), cancellationToken);
                live.UnionWith(response.Result.Where(point => Visibility.Sees(head, point.Payload)).Select(static point => point.Id));
            }
        }

        foreach (var chunk in keys.Where(key => live.Contains(PointKeys.First(key)) && live.Contains(PointKeys.Second(key))).Chunk(Options.BatchSize))
        {
            var ids = new PointsIdsList();
            ids.Ids.AddRange(chunk.Select(PointKeys.First));
            await DeleteAsync(head.Target, new PointsSelector { Points = ids }, cancellationToken);
        }

        var places = new Dictionary<object, (PointId?, PointId)>();
        foreach (var key in keys)
        {
            var (first, second) = (PointKeys.First(key), PointKeys.Second(key));
            places[key] = live.Contains(second) ? (second, first) : live.Contains(first) ? (first, second) : (null, first);
        }

        return places;
    }

    private UpsertPoints Upsert(string target, IEnumerable<PointStruct> points, Filter? condition, UpdateMode mode)
    {
        var request = new UpsertPoints { CollectionName = target, Wait = true, Ordering = Ordering(), UpdateFilter = condition, UpdateMode = mode };
        request.Points.AddRange(points);
        return request;
    }

    private async Task SendPointsAsync(IEnumerable<(Record Record, PointStruct Point)> points, Func<IEnumerable<PointStruct>, UpsertPoints> request, CancellationToken cancellationToken)
    {
        var batch = new List<PointStruct>();
        long bytes = 0;
        foreach (var (record, point) in points)
        {
            var size = PointWriter.Estimate(record, point);
            if (batch.Count == Options.BatchSize || (batch.Count > 0 && bytes + size > Options.BatchBytes))
            {
                await SendAsync(request(batch), cancellationToken);
                batch.Clear();
                bytes = 0;
            }

            batch.Add(point);
            bytes += size;
        }

        if (batch.Count > 0)
        {
            await SendAsync(request(batch), cancellationToken);
        }
    }

    private async Task SendAsync(UpsertPoints request, CancellationToken cancellationToken) => WriteResults.Check(
        await connection.SendAsync($"write '{name}'", call => connection.Points.UpsertAsync(request, call), cancellationToken), $"records of '{name}'", connection);

    private async Task DeleteAsync(string target, PointsSelector points, CancellationToken cancellationToken)
    {
        var request = new DeletePoints { CollectionName = target, Wait = true, Points = points, Ordering = Ordering() };
        WriteResults.Check(await connection.SendAsync($"delete from '{name}'", call => connection.Points.DeleteAsync(request, call), cancellationToken), $"deletions from '{name}'", connection);
    }

    private WriteOrdering Ordering() => new()
    {
        Type = Options.WriteOrdering switch { QdrantWriteOrdering.Weak => WriteOrderingType.Weak, QdrantWriteOrdering.Medium => WriteOrderingType.Medium, _ => WriteOrderingType.Strong },
    };
}
