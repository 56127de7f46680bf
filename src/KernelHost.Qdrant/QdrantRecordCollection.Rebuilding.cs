using KernelHost.Memory;
using KernelHost.Memory.Records;
using KernelHost.Qdrant.Client;
using KernelHost.Qdrant.Collections;
using KernelHost.Qdrant.Points;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant;

/// <content>
/// Rebuilds. The new content is a collection of its own on the server. One write to the head of the old one, on the condition that nobody else has written it, names
/// the successor and ends all writing there; then the alias is moved. Who dies between these two has rebuilt the collection: the next writer moves the alias.
/// </content>
internal sealed partial class QdrantRecordCollection
{
    public override async Task<bool> TryRebuildAsync(RecordRebuild rebuild, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rebuild);
        RecordSchemas.Check(rebuild.Schema);
        using var use = await BeginAsync(cancellationToken);
        if (await BeginRebuildAsync(rebuild.ExpectedVersion, cancellationToken) is not { Building: { } target } head)
        {
            return false;
        }

        await CreateTargetAsync(target, rebuild.Schema, cancellationToken);
        await FillAsync(target, rebuild, cancellationToken);
        var first = new CollectionHead
        {
            Name = name,
            Target = target,
            Content = Guid.NewGuid().ToString("N"),
            Schema = rebuild.Schema,
            Properties = rebuild.Properties,
            Version = head.Version + 1,
            Predecessor = head.Target,
        };
        await _heads.CreateAsync(first, cancellationToken);
        if (await TrySucceedAsync(head, first, cancellationToken))
        {
            _head = null;
            await FollowAsync(target, cancellationToken);
            return true;
        }

        await DeleteTargetAsync(target, cancellationToken);
        return false;
    }

    /// <summary>Notes in the head what is being built, so that a rebuild that dies leaves nothing behind that nobody knows of.</summary>
    private async Task<CollectionHead?> BeginRebuildAsync(long expectedVersion, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            await PauseAsync(attempt, cancellationToken);
            var head = await ReadToWriteAsync(cancellationToken);
            if (head.Version != expectedVersion)
            {
                return null;
            }

            await DeleteTargetAsync(head.Building, cancellationToken);
            await DeleteTargetAsync(head.Predecessor, cancellationToken);
            var next = head with { Building = names.Next(name), Predecessor = null };
            if (await _heads.TryReplaceAsync(head, next, cancellationToken) is { } begun)
            {
                return begun;
            }
        }
    }

    private async Task FillAsync(string target, RecordRebuild rebuild, CancellationToken cancellationToken)
    {
        var writer = new PointWriter(rebuild.Schema);
        var batch = new List<Record>();
        await foreach (var record in rebuild.Records.WithCancellation(cancellationToken))
        {
            batch.Add(record);
            if (batch.Count == Options.BatchSize)
            {
                await SendBatchAsync();
            }
        }

        await SendBatchAsync();

        async Task SendBatchAsync()
        {
            await SendPointsAsync(
                Fit(rebuild.Schema, batch).Select(record => (record, writer.Write(record, PointKeys.First(record.Key), generation: 0))),
                points => Upsert(target, points, condition: null, UpdateMode.Upsert),
                cancellationToken);
            batch.Clear();
        }
    }

    private async Task<bool> TrySucceedAsync(CollectionHead head, CollectionHead first, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            await PauseAsync(attempt, cancellationToken);
            if (await _heads.TryReplaceAsync(head, head.GiveUpChange() with { Successor = first.Target }, cancellationToken) is not null)
            {
                return true;
            }

            var now = await _heads.ReadAsync(_alias, cancellationToken) ?? throw Missing();
            if (now.Content == first.Content)
            {
                // The answer was lost, and another has moved the alias already.
                return true;
            }

            if (now.Version != head.Version || now.Content != head.Content)
            {
                return false;
            }

            if (now.Building != first.Target)
            {
                throw new MemoryException($"Another process rebuilds the collection '{name}' too, and has begun later. Let one do it.", connection.Description);
            }

            head = now;
        }
    }

    /// <summary>Moves the alias to a rebuilt collection, and deletes the one before.</summary>
    private async Task FollowAsync(string target, CancellationToken cancellationToken)
    {
        try
        {
            await PointAliasAsync(target, isNew: false, cancellationToken);
        }
        catch (MemoryException exception) when (CallFaults.IsMissing(exception))
        {
            // Another was quicker, and the collection has been rebuilt again or dropped since: the head tells.
            return;
        }

        if (await _heads.ReadAsync(target, cancellationToken) is { Predecessor: { } former })
        {
            await DeleteTargetAsync(former, cancellationToken);
        }
    }
}
