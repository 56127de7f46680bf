using KernelHost.Memory.Conformance;
using KernelHost.Memory.Records;
using Xunit.Sdk;
using Record = KernelHost.Memory.Records.Record;

namespace KernelHost.Tests.Memory.Records;

/// <summary>The comparison that stores are held to finds faults: a store that is a little wrong is caught.</summary>
public sealed class SearchComparisonTests : IDisposable
{
    private readonly ReferenceRecordStore _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData("nothing", false)]
    [InlineData("two hits change places", true)]
    [InlineData("a hit is missing", true)]
    [InlineData("a hit comes twice", true)]
    [InlineData("scores are a little off", true)]
    [InlineData("another constant of the fusion", true)]
    [InlineData("a weight is left out", true)]
    [InlineData("the page begins one too late", true)]
    [InlineData("the filter is left out", true)]
    [InlineData("an explained place is wrong", true)]
    public async Task Check_OfAStoreWithAFault_Fails(string fault, bool isCaught)
    {
        var reference = _store.GetCollection("corpus");
        await reference.EnsureExistsAsync(SearchCorpus.Schema, new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        await reference.UpsertAsync(SearchCorpus.Create(200, seed: 1), TestContext.Current.CancellationToken);
        var search = new RecordSearch
        {
            Keywords = new("word1 word7 word30") { Weight = 2 },
            Vectors = [new("Cosine", SearchCorpus.Vector(new Random(1)))],
            Filter = RecordFilter.Compare("stars", RecordOperator.Greater, 2L),
            Skip = 2,
            Explain = true,
        };

        var check = () => SearchComparison.CheckAsync(search, new Faulty(reference, fault), reference, TestContext.Current.CancellationToken);
        if (isCaught)
        {
            await Assert.ThrowsAnyAsync<XunitException>(check);
        }
        else
        {
            await check();
        }
    }

    private sealed class Faulty(RecordCollection inner, string fault) : RecordCollection
    {
        public override string Name => inner.Name;

        public override async Task<IReadOnlyList<RecordHit>> SearchAsync(RecordSearch search, CancellationToken cancellationToken)
        {
            var asked = fault switch
            {
                "another constant of the fusion" => search with { K = 61 },
                "a weight is left out" => search with { Keywords = search.Keywords! with { Weight = 1 } },
                "the page begins one too late" => search with { Skip = search.Skip + 1 },
                "the filter is left out" => search with { Filter = RecordFilter.All },
                _ => search,
            };
            var hits = await inner.SearchAsync(asked, cancellationToken);
            return fault switch
            {
                "two hits change places" => [hits[1], hits[0], .. hits.Skip(2)],
                "a hit is missing" => [.. hits.Take(4), .. hits.Skip(5)],
                "a hit comes twice" => [hits[0], .. hits.Take(hits.Count - 1)],
                "scores are a little off" => [.. hits.Select(static hit => hit with { Score = hit.Score * 1.01 })],
                "an explained place is wrong" => [.. hits.Select(static hit => hit with { Vectors = [hit.Vectors[0] is { } place ? place with { Rank = place.Rank + 1 } : null] })],
                _ => hits,
            };
        }

        public override Task<CollectionState?> GetStateAsync(CancellationToken cancellationToken) => inner.GetStateAsync(cancellationToken);

        public override Task EnsureExistsAsync(RecordSchema schema, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<bool> DropAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<IReadOnlyList<Record>> GetAsync(IReadOnlyCollection<object> keys, bool includeVectors, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<IReadOnlyList<Record>> ListAsync(RecordListing listing, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override IAsyncEnumerable<Record> ScrollAsync(RecordFilter filter, bool includeVectors, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<long> CountAsync(RecordFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<int> CountHeldWordsAsync(RecordSearch search, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task UpsertAsync(IReadOnlyList<Record> records, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task DeleteAsync(IReadOnlyCollection<object> keys, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<long> DeleteAsync(RecordFilter filter, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<bool> TryChangeAsync(RecordChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<bool> TryRebuildAsync(RecordRebuild rebuild, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
