using System.Collections.Concurrent;
using Grpc.Core.Interceptors;
using KernelHost.Memory.Records;
using KernelHost.Qdrant.Client;
using KernelHost.Qdrant.Collections;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant;

/// <summary>Keeps collections of records in a Qdrant server, version 1.17 or later, over gRPC.</summary>
/// <remarks>
/// Safe for concurrent calls and for several processes on one server. Nothing is sent before the first call. What is guaranteed when several write
/// at once is told in <c>docs/qdrant.md</c>.
/// </remarks>
public sealed class QdrantRecordStore : RecordStore
{
    private readonly ConcurrentDictionary<string, QdrantRecordCollection> _collections = new(StringComparer.Ordinal);
    private readonly QdrantConnection _connection;
    private readonly CollectionNames _names;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates the store.</summary>
    /// <param name="options">Where the server is and how it is used.</param>
    /// <param name="timeProvider">For the waits before repetitions; the system's when there is none.</param>
    /// <exception cref="ArgumentException">An option cannot work; the message names it and the cure.</exception>
    public QdrantRecordStore(QdrantOptions options, TimeProvider? timeProvider = null)
        : this(options, timeProvider, interceptor: null)
    {
    }

    internal QdrantRecordStore(QdrantOptions options, TimeProvider? timeProvider, Interceptor? interceptor)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionChecks.Check(options);
        _timeProvider = timeProvider ?? TimeProvider.System;
        _connection = new QdrantConnection(options, _timeProvider, interceptor);
        _names = new CollectionNames(options.Prefix);
    }

    internal QdrantOptions Options => _connection.Options;

    /// <inheritdoc/>
    public override string Description => _connection.Description;

    /// <inheritdoc/>
    public override RecordCollection GetCollection(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return _collections.GetOrAdd(name, static (key, store) => new QdrantRecordCollection(key, store._connection, store._names, store._timeProvider), this);
    }

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken)
    {
        using var use = _connection.Use();
        await _connection.GetVersionAsync(cancellationToken);
        var response = await _connection.SendAsync("list collections", call => _connection.Collections.ListAliasesAsync(new ListAliasesRequest(), call), cancellationToken);
        var names = new List<string>();
        foreach (var alias in response.Aliases.Where(alias => _names.IsOurs(alias.AliasName, alias.CollectionName)))
        {
            var name = _names.Name(alias.AliasName) ?? (await new HeadStore(_connection, alias.AliasName).ReadAsync(alias.AliasName, cancellationToken))?.Name;
            if (name is not null)
            {
                names.Add(name);
            }
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _connection.Dispose();
        }
    }
}
