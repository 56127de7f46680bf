using KernelHost.Memory;
using KernelHost.Qdrant.Client;
using KernelHost.Qdrant.Filters;
using KernelHost.Qdrant.Points;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Collections;

/// <summary>Reads the head of a collection, and writes it only where it is still the one that was read.</summary>
internal sealed class HeadStore(QdrantConnection connection, string name)
{
    private static readonly WriteOrdering InOrder = new() { Type = WriteOrderingType.Strong };
    private static readonly ReadConsistency OfMost = new() { Type = ReadConsistencyType.Majority };

    /// <summary>The head of a collection or alias; <see langword="null"/> when there is none.</summary>
    public async Task<CollectionHead?> ReadAsync(string target, CancellationToken cancellationToken) =>
        await GetAsync(target, new WithPayloadSelector { Enable = true }, cancellationToken) is { } point ? CollectionHead.Read(point.Payload) ?? throw new MemoryException(
            $"The collection '{name}' was written by another version of KernelHost than this one can read. Use that one, or drop the collection.", connection.Description) : null;

    /// <summary>Whether what was read at a head is what the collection holds now.</summary>
    public async Task<bool> IsStillAsync(string target, CollectionHead head, CancellationToken cancellationToken) =>
        await GetAsync(target, new WithPayloadSelector { Include = CollectionHead.Glance }, cancellationToken) is { } point && head.IsStill(point.Payload);

    /// <summary>Writes the first head of a collection unless it has one.</summary>
    public Task CreateAsync(CollectionHead head, CancellationToken cancellationToken) =>
        UpsertAsync(head.Target, head.Revise(), condition: null, UpdateMode.InsertOnly, cancellationToken);

    /// <summary>Puts <paramref name="next"/> in the place of <paramref name="head"/>, if that is still the head.</summary>
    /// <returns>
    /// The head as it was written, or <see langword="null"/> when it was another. The server does not tell whether a condition held, so the head is read again:
    /// it remembers enough revisions to find this one even when others have followed. A request whose answer was lost is repeated without harm.
    /// </returns>
    public async Task<CollectionHead?> TryReplaceAsync(CollectionHead head, CollectionHead next, CancellationToken cancellationToken)
    {
        var revised = next.Revise();
        var condition = new Filter();
        condition.Must.Add(Conditions.Text(SafeNames.Revision, head.Revisions[0]));
        try
        {
            await UpsertAsync(head.Target, revised, condition, UpdateMode.UpdateOnly, cancellationToken);
        }
        catch (MemoryException exception) when (CallFaults.IsMissing(exception))
        {
            return null;
        }

        var now = await ReadAsync(head.Target, cancellationToken);
        return now is not null && now.Revisions.Contains(revised.Revisions[0]) ? revised : null;
    }

    private async Task<RetrievedPoint?> GetAsync(string target, WithPayloadSelector payload, CancellationToken cancellationToken)
    {
        var request = new GetPoints { CollectionName = target, WithPayload = payload, ReadConsistency = OfMost };
        request.Ids.Add(PointKeys.Head);
        try
        {
            var response = await connection.SendAsync($"read the collection '{name}'", call => connection.Points.GetAsync(request, call), cancellationToken);
            return response.Result.SingleOrDefault();
        }
        catch (MemoryException exception) when (CallFaults.IsMissing(exception))
        {
            return null;
        }
    }

    private async Task UpsertAsync(string target, CollectionHead head, Filter? condition, UpdateMode mode, CancellationToken cancellationToken)
    {
        var request = new UpsertPoints { CollectionName = target, Wait = true, Ordering = InOrder, UpdateFilter = condition, UpdateMode = mode };
        request.Points.Add(head.Write());
        var response = await connection.SendAsync($"write the state of the collection '{name}'", call => connection.Points.UpsertAsync(request, call), cancellationToken);
        WriteResults.Check(response, $"the state of the collection '{name}'", connection);
    }
}
