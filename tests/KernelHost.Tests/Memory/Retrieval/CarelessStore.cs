using KernelHost.Memory.Records;
using Record = KernelHost.Memory.Records.Record;

namespace KernelHost.Tests.Memory.Retrieval;

/// <summary>A store whose searches forget filter and tenant, as a faulty one might.</summary>
internal sealed class CarelessStore(RecordStore inner) : RecordStore
{
    public int Returned { get; private set; }

    public override string Description => "a careless store";

    public override RecordCollection GetCollection(string name) => new Collection(this, inner.GetCollection(name));

    public override Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) => inner.ListAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class Collection(CarelessStore store, RecordCollection inner) : RecordCollection
    {
        public override string Name => inner.Name;

        public override Task<CollectionState?> GetStateAsync(CancellationToken cancellationToken) => inner.GetStateAsync(cancellationToken);

        public override async Task<IReadOnlyList<RecordHit>> SearchAsync(RecordSearch search, CancellationToken cancellationToken)
        {
            var all = await inner.ListAsync(new RecordListing { Top = 1000 }, cancellationToken);
            store.Returned = all.Count;
            return [.. all.Select(static (record, i) => new RecordHit(record, 1.0 / (i + 1)))];
        }

        public override Task EnsureExistsAsync(RecordSchema schema, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<bool> DropAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<IReadOnlyList<Record>> GetAsync(IReadOnlyCollection<object> keys, bool includeVectors, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<IReadOnlyList<Record>> ListAsync(RecordListing listing, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override IAsyncEnumerable<Record> ScrollAsync(RecordFilter filter, bool includeVectors, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<long> CountAsync(RecordFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<int> CountHeldWordsAsync(RecordSearch search, CancellationToken cancellationToken) =>
            inner.CountHeldWordsAsync(search with { Filter = RecordFilter.All }, cancellationToken);

        public override Task UpsertAsync(IReadOnlyList<Record> records, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task DeleteAsync(IReadOnlyCollection<object> keys, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<long> DeleteAsync(RecordFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<bool> TryChangeAsync(RecordChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<bool> TryRebuildAsync(RecordRebuild rebuild, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
