using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using KernelHost.Memory.Records;

namespace KernelHost.CrashHost;

/// <summary>A store that tells a process of every step of a change, those inside of it too.</summary>
internal sealed class WatchedStore(RecordStore inner, IngestProcess process) : RecordStore
{
    public override string Description => inner.Description;

    public override RecordCollection GetCollection(string name) => new Collection(inner.GetCollection(name), process);

    public override Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }
    }

    private sealed class Collection(RecordCollection inner, IngestProcess process) : RecordCollection
    {
        public override string Name => inner.Name;

        public override Task<CollectionState?> GetStateAsync(CancellationToken cancellationToken) => inner.GetStateAsync(cancellationToken);

        public override async Task EnsureExistsAsync(RecordSchema schema, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken)
        {
            await inner.EnsureExistsAsync(schema, properties, cancellationToken);
            process.Reach("created");
        }

        public override async Task<bool> TryChangeAsync(RecordChange change, CancellationToken cancellationToken)
        {
            process.Reach("before the change");
            var done = await inner.TryChangeAsync(change with { Properties = new WatchedProperties(change.Properties!, process) }, cancellationToken);
            process.Reach("behind the change");
            return done;
        }

        public override async Task<bool> TryRebuildAsync(RecordRebuild rebuild, CancellationToken cancellationToken)
        {
            var done = await inner.TryRebuildAsync(rebuild with { Records = Watched(rebuild.Records, cancellationToken) }, cancellationToken);
            process.Reach("behind the rebuild");
            return done;
        }

        public override Task<bool> DropAsync(CancellationToken cancellationToken) => inner.DropAsync(cancellationToken);

        public override Task<IReadOnlyList<Record>> GetAsync(IReadOnlyCollection<object> keys, bool includeVectors, CancellationToken cancellationToken) => inner.GetAsync(keys, includeVectors, cancellationToken);

        public override Task<IReadOnlyList<Record>> ListAsync(RecordListing listing, CancellationToken cancellationToken) => inner.ListAsync(listing, cancellationToken);

        public override IAsyncEnumerable<Record> ScrollAsync(RecordFilter filter, bool includeVectors, CancellationToken cancellationToken) => inner.ScrollAsync(filter, includeVectors, cancellationToken);

        public override Task<long> CountAsync(RecordFilter filter, CancellationToken cancellationToken) => inner.CountAsync(filter, cancellationToken);

        public override Task UpsertAsync(IReadOnlyList<Record> records, CancellationToken cancellationToken) => inner.UpsertAsync(records, cancellationToken);

        public override Task DeleteAsync(IReadOnlyCollection<object> keys, CancellationToken cancellationToken) => inner.DeleteAsync(keys, cancellationToken);

        public override Task<long> DeleteAsync(RecordFilter filter, CancellationToken cancellationToken) => inner.DeleteAsync(filter, cancellationToken);

        public override Task<IReadOnlyList<RecordHit>> SearchAsync(RecordSearch search, CancellationToken cancellationToken) => inner.SearchAsync(search, cancellationToken);

        public override Task<int> CountHeldWordsAsync(RecordSearch search, CancellationToken cancellationToken) => inner.CountHeldWordsAsync(search, cancellationToken);

        private async IAsyncEnumerable<Record> Watched(IAsyncEnumerable<Record> records, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var read = 0;
            await foreach (var record in records.WithCancellation(cancellationToken))
            {
                process.Reach($"rebuild {++read}");
                yield return record;
            }

            process.Reach("before the switch");
        }
    }

    // The store reads the new properties when it has put the records, before it commits.
    private sealed class WatchedProperties(IReadOnlyDictionary<string, string> inner, IngestProcess process) : IReadOnlyDictionary<string, string>
    {
        public int Count => inner.Count;

        public IEnumerable<string> Keys => inner.Keys;

        public IEnumerable<string> Values => inner.Values;

        public string this[string key] => inner[key];

        public bool ContainsKey(string key) => inner.ContainsKey(key);

        public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value) => inner.TryGetValue(key, out value);

        public IEnumerator<KeyValuePair<string, string>> GetEnumerator()
        {
            process.Reach("inside the change");
            return inner.GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
