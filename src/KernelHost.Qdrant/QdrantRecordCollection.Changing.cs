using KernelHost.Memory;
using KernelHost.Memory.Records;
using KernelHost.Qdrant.Client;
using KernelHost.Qdrant.Collections;
using KernelHost.Qdrant.Filters;
using KernelHost.Qdrant.Points;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant;

/// <content>
/// Changes that readers see whole. A generation of its own is reserved in the head; new records are written beside the old ones, visible from it on, and old ones
/// marked as visible until it; then one write of the head, on the condition that nobody else has written it, makes it the present one. Whatever dies before leaves
/// behind what nobody sees.
/// </content>
internal sealed partial class QdrantRecordCollection
{
    public override async Task<bool> TryChangeAsync(RecordChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        using var use = await BeginAsync(cancellationToken);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                await PauseAsync(attempt, cancellationToken);
                var head = await ReadToWriteAsync(cancellationToken);
                if (head.Version != change.ExpectedVersion)
                {
                    return false;
                }

                var upserts = Fit(head.Schema, change.Upserts);
                CheckKeys(change.Deletes, head.Schema);
                var reserved = head.GiveUpChange() with { Reserved = head.Reserved + 1 };
                if (await _heads.TryReplaceAsync(head, reserved, cancellationToken) is { } begun && await TryChangeAsync(begun, upserts, change, cancellationToken))
                {
                    return true;
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<bool> TryChangeAsync(CollectionHead head, List<Record> upserts, RecordChange change, CancellationToken cancellationToken)
    {
        try
        {
            return await MakeChangeAsync(head, upserts, change, cancellationToken);
        }
        catch (MemoryException exception) when (CallFaults.IsMissing(exception))
        {
            // Dropped meanwhile, or replaced by a rebuild: the next look at the head tells.
            return false;
        }
    }

    private async Task<bool> MakeChangeAsync(CollectionHead head, List<Record> upserts, RecordChange change, CancellationToken cancellationToken)
    {
        await CleanAsync(head, cancellationToken);
        var places = await FindPlacesAsync(head, [.. upserts.Select(static record => record.Key).Concat(change.Deletes).Distinct()], cancellationToken);
        var writer = new PointWriter(head.Schema);
        // Only over what was never seen: the record of another who wrote meanwhile stays, and makes this change fail at its end.
        await SendPointsAsync(
            upserts.Select(record => (record, writer.Write(record, places[record.Key].Free, head.Reserved))),
            batch => Upsert(head.Target, batch, Visibility.NeverSeen(head), UpdateMode.Upsert),
            cancellationToken);
        await MarkAsync(head, [.. places.Values.Select(static place => place.Live).OfType<PointId>()], cancellationToken);

        var next = head with { Generation = head.Reserved, Version = head.Version + 1, Properties = change.Properties ?? head.Properties, Predecessor = null };
        if (await _heads.TryReplaceAsync(head, next, cancellationToken) is not { } made)
        {
            await UndoAsync(head, cancellationToken);
            return false;
        }

        _head = made;
        if (made.Generation > 1)
        {
            // Not after the first change: a plain write that began before it would not find the mark that stops it.
            await TidyAsync(made, cancellationToken);
        }

        return true;
    }

    // Never over the mark of a later change: a process that was cut off and wakes up again must not take it away.
    private async Task MarkAsync(CollectionHead head, PointId[] ids, CancellationToken cancellationToken)
    {
        foreach (var chunk in ids.Chunk((int)LightPage / 2))
        {
            var filter = new Filter();
            filter.Must.Add(Conditions.Ids(chunk));
            filter.MustNot.Add(Conditions.Above(SafeNames.Until, head.Reserved));
            var request = new SetPayloadPoints { CollectionName = head.Target, Wait = true, Ordering = Ordering(), PointsSelector = new PointsSelector { Filter = filter } };
            request.Payload.Add(SafeNames.Until, new Value { IntegerValue = head.Reserved });
            WriteResults.Check(await connection.SendAsync($"change '{name}'", call => connection.Points.SetPayloadAsync(request, call), cancellationToken), $"a change of '{name}'", connection);
        }
    }

    // What killed changes left behind, and what was replaced since. Readers that still use the generation before notice that it has passed, and read again.
    private async Task CleanAsync(CollectionHead head, CancellationToken cancellationToken)
    {
        if (head.Reserved > 1)
        {
            await DeleteAsync(head.Target, new PointsSelector { Filter = Visibility.Dead(head) }, cancellationToken);
            await UnmarkAsync(head, Visibility.FalselyMarked(head), cancellationToken);
        }

        if (head.Predecessor is not null)
        {
            await DeleteTargetAsync(head.Predecessor, cancellationToken);
        }
    }

    private async Task UndoAsync(CollectionHead head, CancellationToken cancellationToken)
    {
        var written = new Filter();
        written.Must.Add(Conditions.Whole(SafeNames.From, head.Reserved));
        await DeleteAsync(head.Target, new PointsSelector { Filter = written }, cancellationToken);
        var marked = new Filter();
        marked.Must.Add(Conditions.Whole(SafeNames.Until, head.Reserved));
        await UnmarkAsync(head, marked, cancellationToken);
    }

    private async Task UnmarkAsync(CollectionHead head, Filter filter, CancellationToken cancellationToken)
    {
        var request = new DeletePayloadPoints { CollectionName = head.Target, Wait = true, Ordering = Ordering(), PointsSelector = new PointsSelector { Filter = filter } };
        request.Keys.Add(SafeNames.Until);
        WriteResults.Check(await connection.SendAsync($"change '{name}'", call => connection.Points.DeletePayloadAsync(request, call), cancellationToken), $"a change of '{name}'", connection);
    }

    // The change is made and must not seem to have failed: what cannot be deleted now is invisible, and the next change deletes it.
    private async Task TidyAsync(CollectionHead head, CancellationToken cancellationToken)
    {
        try
        {
            await DeleteAsync(head.Target, new PointsSelector { Filter = Visibility.Past(head) }, cancellationToken);
        }
        catch (Exception exception) when (exception is MemoryException or OperationCanceledException)
        {
            _head = head;
        }
    }
}
