using System.Diagnostics.CodeAnalysis;
using KernelHost.Memory;
using KernelHost.Memory.Records;
using KernelHost.Qdrant.Client;
using KernelHost.Qdrant.Collections;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant;

/// <summary>One collection in a Qdrant server.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore is only waited for asynchronously, and holds nothing then.")]
internal sealed partial class QdrantRecordCollection(string name, QdrantConnection connection, CollectionNames names, TimeProvider timeProvider) : RecordCollection
{
    // More often than this nobody is in anybody's way by chance.
    private const int MostAttempts = 60;

    private readonly string _alias = names.Alias(name);
    private readonly HeadStore _heads = new(connection, name);
    private readonly SemaphoreSlim _turn = new(1, 1);

    // Only a hint: every read looks whether it still holds, every write whether it does at the moment of the write.
    private volatile CollectionHead? _head;

    public override string Name => name;

    private QdrantOptions Options => connection.Options;

    public override async Task<CollectionState?> GetStateAsync(CancellationToken cancellationToken)
    {
        using var use = await BeginAsync(cancellationToken);
        _head = await _heads.ReadAsync(_alias, cancellationToken);
        return _head?.State;
    }

    public override async Task EnsureExistsAsync(RecordSchema schema, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken)
    {
        RecordSchemas.Check(schema);
        ArgumentNullException.ThrowIfNull(properties);
        using var use = await BeginAsync(cancellationToken);
        for (var attempt = 0; ; attempt++)
        {
            var head = await _heads.ReadAsync(_alias, cancellationToken);
            if (head is not null)
            {
                _head = head;
                if (RecordSchemas.Difference(head.Schema, schema) is { } difference)
                {
                    throw new MemoryException($"The collection '{name}' exists and is another: {difference}. Rebuild it for the new schema, or take another name.", connection.Description);
                }

                return;
            }

            await PauseAsync(attempt, cancellationToken);
            await CreateAsync(schema, properties, cancellationToken);
        }
    }

    public override async Task<bool> DropAsync(CancellationToken cancellationToken)
    {
        using var use = await BeginAsync(cancellationToken);
        _head = null;
        if (await _heads.ReadAsync(_alias, cancellationToken) is not { } head)
        {
            return false;
        }

        // What rebuilds left behind goes first: the collection itself is what tells of it.
        foreach (var other in (string?[])[head.Predecessor, head.Building, head.Successor])
        {
            await DeleteTargetAsync(other, cancellationToken);
        }

        // The alias goes with the collection behind it.
        return await DeleteTargetAsync(head.Target, cancellationToken);
    }

    private async Task CreateAsync(RecordSchema schema, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken)
    {
        // All who create the collection alike at once work on the same one, and each finishes what another was killed in. Nobody sees it before it has its alias.
        var target = names.First(name, schema);
        await CreateTargetAsync(target, schema, cancellationToken);
        await _heads.CreateAsync(new CollectionHead { Name = name, Target = target, Content = Guid.NewGuid().ToString("N"), Schema = schema, Properties = properties }, cancellationToken);
        if (await _heads.ReadAsync(target, cancellationToken) is { Successor: not null })
        {
            // Not new, but what a rebuild replaced and was killed before it could delete.
            await DeleteTargetAsync(target, cancellationToken);
            return;
        }

        if (await _heads.ReadAsync(_alias, cancellationToken) is not { } present)
        {
            await PointAliasAsync(target, isNew: true, cancellationToken);
        }
        else if (present.Target != target)
        {
            // Another created it meanwhile, and rebuilt it since.
            await DeleteTargetAsync(target, cancellationToken);
        }
    }

    private async Task CreateTargetAsync(string target, RecordSchema schema, CancellationToken cancellationToken)
    {
        try
        {
            var request = CollectionSetup.Collection(target, schema, Options.Layout);
            await connection.SendAsync($"create the collection '{name}'", call => connection.Collections.CreateAsync(request, call), cancellationToken);
        }
        catch (MemoryException) when (!cancellationToken.IsCancellationRequested)
        {
            // Another has created it, or this one has and the answer was lost. Servers differ in how they say so; whether it is there is what counts.
            var exists = await connection.SendAsync($"look for the collection '{name}'",
                call => connection.Collections.CollectionExistsAsync(new CollectionExistsRequest { CollectionName = target }, call), cancellationToken);
            if (!exists.Result.Exists)
            {
                throw;
            }
        }

        foreach (var index in CollectionSetup.Indexes(target, schema))
        {
            var response = await connection.SendAsync($"index the collection '{name}'", call => connection.Points.CreateFieldIndexAsync(index, call), cancellationToken);
            WriteResults.Check(response, $"an index of the collection '{name}'", connection);
        }
    }

    private async Task PointAliasAsync(string target, bool isNew, CancellationToken cancellationToken)
    {
        var request = new ChangeAliases();
        if (!isNew)
        {
            request.Actions.Add(new AliasOperations { DeleteAlias = new DeleteAlias { AliasName = _alias } });
        }

        request.Actions.Add(new AliasOperations { CreateAlias = new CreateAlias { AliasName = _alias, CollectionName = target } });
        await connection.SendAsync($"name the collection '{name}'", call => connection.Collections.UpdateAliasesAsync(request, call), cancellationToken);
    }

    private async Task<bool> DeleteTargetAsync(string? target, CancellationToken cancellationToken)
    {
        if (target is null)
        {
            return false;
        }

        try
        {
            var request = new DeleteCollection { CollectionName = target };
            return (await connection.SendAsync($"delete the collection '{name}'", call => connection.Collections.DeleteAsync(request, call), cancellationToken)).Result;
        }
        catch (MemoryException exception) when (CallFaults.IsMissing(exception))
        {
            return false;
        }
    }

    private async ValueTask<IDisposable> BeginAsync(CancellationToken cancellationToken)
    {
        var use = connection.Use();
        try
        {
            await connection.GetVersionAsync(cancellationToken);
            return use;
        }
        catch
        {
            use.Dispose();
            throw;
        }
    }

    // Lets others go first, for longer each time, so that two who undo each other's work part.
    private async Task PauseAsync(int attempt, CancellationToken cancellationToken)
    {
        if (attempt == MostAttempts)
        {
            throw new MemoryException($"The collection '{name}' is changed by others without a pause. Let one process at a time write it.", connection.Description);
        }

        if (attempt > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 2 + Math.Min(1 << attempt, 200))), timeProvider, cancellationToken);
        }
    }

    private MemoryException Missing() => new($"{connection.Description} has no collection '{name}'. Create it first (EnsureExistsAsync, or ingest documents into it).", connection.Description);
}
