using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Conformance;

/// <inheritdoc/>
[SuppressMessage("Naming", "CA1711", Justification = "The word of the field for what it is.")]
internal sealed class ReferenceRecordCollection(ReferenceRecordStore store, string name) : RecordCollection
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override Task<CollectionState?> GetStateAsync(CancellationToken cancellationToken)
    {
        var contents = store.Open(cancellationToken).Contents;
        lock (contents)
        {
            return Task.FromResult(contents.GetValueOrDefault(name)?.State);
        }
    }

    /// <inheritdoc/>
    public override Task EnsureExistsAsync(RecordSchema schema, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken)
    {
        RecordSchemas.Check(schema);
        var contents = store.Open(cancellationToken).Contents;
        lock (contents)
        {
            if (!contents.TryGetValue(name, out var present))
            {
                contents[name] = ReferenceContent.Create(schema, properties);
            }
            else if (RecordSchemas.Difference(present.State.Schema, schema) is { } difference)
            {
                throw new MemoryException($"The collection '{name}' exists with another schema: {difference}.", store.Description);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task<bool> DropAsync(CancellationToken cancellationToken)
    {
        var contents = store.Open(cancellationToken).Contents;
        lock (contents)
        {
            return Task.FromResult(contents.Remove(name));
        }
    }

    /// <inheritdoc/>
    public override Task<IReadOnlyList<Record>> GetAsync(IReadOnlyCollection<object> keys, bool includeVectors, CancellationToken cancellationToken)
    {
        var records = Read(cancellationToken).Records;
        return Task.FromResult<IReadOnlyList<Record>>([.. Keys(keys, cancellationToken).Where(records.ContainsKey).Select(key => Shown(records[key], includeVectors))]);
    }

    /// <inheritdoc/>
    public override Task<IReadOnlyList<Record>> ListAsync(RecordListing listing, CancellationToken cancellationToken)
    {
        var content = Read(cancellationToken);
        RecordChecks.Check(listing, content.State.Schema);
        var found = content.Records.Values.Where(record => RecordFilters.Matches(listing.Filter, record));
        if (listing.OrderBy is { } order)
        {
            // Stable: equal ones stay in the order of their keys.
            found = listing.Descending
                ? found.OrderByDescending(record => record[order], FieldOrder)
                : found.OrderBy(record => record[order], FieldOrder);
        }
        else if (listing.Descending)
        {
            found = found.Reverse();
        }

        return Task.FromResult<IReadOnlyList<Record>>([.. found.Skip(listing.Skip).Take(listing.Top).Select(record => Shown(record, listing.IncludeVectors))]);
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<Record> ScrollAsync(RecordFilter filter, bool includeVectors, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var record in Select(filter, cancellationToken))
        {
            yield return Shown(record, includeVectors);
        }
    }

    /// <inheritdoc/>
    public override Task<long> CountAsync(RecordFilter filter, CancellationToken cancellationToken) => Task.FromResult(Select(filter, cancellationToken).LongCount());

    /// <inheritdoc/>
    public override Task UpsertAsync(IReadOnlyList<Record> records, CancellationToken cancellationToken)
    {
        Change(content => content.With(Put(content, content.State.Schema, records)), cancellationToken);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task DeleteAsync(IReadOnlyCollection<object> keys, CancellationToken cancellationToken)
    {
        var known = Keys(keys, cancellationToken);
        Change(content => content.With(content.Records.RemoveRange(known)), cancellationToken);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task<long> DeleteAsync(RecordFilter filter, CancellationToken cancellationToken)
    {
        var deleted = 0L;
        Change(
            content =>
            {
                RecordFilters.Check(filter, content.State.Schema);
                var keys = content.Records.Where(pair => RecordFilters.Matches(filter, pair.Value)).Select(static pair => pair.Key).ToArray();
                deleted = keys.Length;
                return content.With(content.Records.RemoveRange(keys));
            },
            cancellationToken);
        return Task.FromResult(deleted);
    }

    /// <inheritdoc/>
    public override Task<bool> TryChangeAsync(RecordChange change, CancellationToken cancellationToken) => Task.FromResult(Change(
        content =>
        {
            if (content.State.Version != change.ExpectedVersion)
            {
                return null;
            }

            var next = content.With(Put(content with { Records = content.Records.RemoveRange(change.Deletes) }, content.State.Schema, change.Upserts));
            return change.Properties is null ? next : next with { State = next.State with { Properties = change.Properties.ToImmutableDictionary() } };
        },
        cancellationToken));

    /// <inheritdoc/>
    public override async Task<bool> TryRebuildAsync(RecordRebuild rebuild, CancellationToken cancellationToken)
    {
        RecordSchemas.Check(rebuild.Schema);
        _ = Read(cancellationToken);
        List<Record> records = [];
        await foreach (var record in rebuild.Records.WithCancellation(cancellationToken))
        {
            records.Add(record);
        }

        return Change(
            content =>
            {
                if (content.State.Version != rebuild.ExpectedVersion)
                {
                    return null;
                }

                var empty = content with { State = content.State with { Schema = rebuild.Schema, Properties = rebuild.Properties.ToImmutableDictionary() }, Records = content.Records.Clear() };
                return empty.With(Put(empty, rebuild.Schema, records));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<IReadOnlyList<RecordHit>> SearchAsync(RecordSearch search, CancellationToken cancellationToken)
    {
        var content = Read(cancellationToken);
        RecordChecks.Check(search, content.State.Schema, name, store.Description);
        return Task.FromResult(ReferenceSearch.Run(content, search));
    }

    /// <inheritdoc/>
    public override Task<int> CountHeldWordsAsync(RecordSearch search, CancellationToken cancellationToken)
    {
        var content = Read(cancellationToken);
        RecordChecks.Check(search, content.State.Schema, name, store.Description);
        return Task.FromResult(ReferenceSearch.CountHeldWords(content, search));
    }

    internal static Record Shown(Record record, bool includeVectors) => includeVectors ? record : new Record(record.Key) { Fields = record.Fields };

    private static Comparer<object?> FieldOrder { get; } = Comparer<object?>.Create(static (left, right) =>
        left is string first && right is string second ? string.CompareOrdinal(first, second) : Comparer<object?>.Default.Compare(left, right));

    private ImmutableSortedDictionary<object, Record> Put(ReferenceContent content, RecordSchema schema, IEnumerable<Record> records) =>
        content.Records.SetItems(records.Select(record => RecordChecks.Fit(record, schema, name, store.Description)).Select(record => KeyValuePair.Create(record.Key, record)));

    private IReadOnlyCollection<object> Keys(IReadOnlyCollection<object> keys, CancellationToken cancellationToken)
    {
        var schema = Read(cancellationToken).State.Schema;
        return keys.Select(key => RecordChecks.KeyFault(key, schema)).FirstOrDefault(static fault => fault is not null) is { } fault
            ? throw new MemoryException($"A key does not fit the collection '{name}': {fault}", store.Description)
            : keys;
    }

    private IEnumerable<Record> Select(RecordFilter filter, CancellationToken cancellationToken)
    {
        var content = Read(cancellationToken);
        RecordFilters.Check(filter, content.State.Schema);
        return content.Records.Values.Where(record => RecordFilters.Matches(filter, record));
    }

    private ReferenceContent Read(CancellationToken cancellationToken)
    {
        var contents = store.Open(cancellationToken).Contents;
        lock (contents)
        {
            return contents.GetValueOrDefault(name) ?? throw Missing();
        }
    }

    private bool Change(Func<ReferenceContent, ReferenceContent?> change, CancellationToken cancellationToken)
    {
        var contents = store.Open(cancellationToken).Contents;
        lock (contents)
        {
            var next = change(contents.GetValueOrDefault(name) ?? throw Missing());
            contents[name] = next ?? contents[name];
            return next is not null;
        }
    }

    private MemoryException Missing() => new($"There is no collection '{name}' in {store.Description}. Create it first.", store.Description);
}
