using KernelHost.Memory.Records;

namespace KernelHost.Memory.Conformance;

/// <summary>Tenants that share a collection do not see each other: not one record, and not one count of a word.</summary>
public abstract class RecordTenantTests : RecordStoreTestBase
{
    private const int Tenants = 50;

    private static readonly RecordSchema Shared = SearchCorpus.Schema with { Fields = [.. SearchCorpus.Schema.Fields, new RecordField("tenant", RecordFieldType.Text) { IsIndexed = true, IsTenant = true }] };

    [Fact]
    public async Task Search_AsATenant_IsAsIfTheOthersWereNotThere()
    {
        var collection = await CreateAsync(Shared, [.. SearchCorpus.Create(600, seed: 4).Index().Select(static pair => Of($"t{pair.Index % Tenants}", pair.Item))]);
        using var store = new ReferenceRecordStore();
        var random = new Random(6);
        for (var tenant = 0; tenant < Tenants; tenant += 7)
        {
            // The reference holds nothing but this tenant.
            var alone = store.GetCollection($"t{tenant}");
            await alone.EnsureExistsAsync(Shared, NoProperties, Cancellation);
            await alone.UpsertAsync([.. SearchCorpus.Create(600, seed: 4).Index().Where(pair => pair.Index % Tenants == tenant).Select(pair => Of($"t{tenant}", pair.Item))], Cancellation);

            var search = new RecordSearch { Keywords = new(SearchCorpus.Words(random, 5)), Tenant = $"t{tenant}", Top = 50, Explain = true };
            await SearchComparison.CheckAsync(search, collection, alone, Cancellation);
            await SearchComparison.CheckAsync(search with { Vectors = [new("Cosine", SearchCorpus.Vector(random))] }, collection, alone, Cancellation);
            await SearchComparison.CheckAsync(search with { Filter = RecordFilter.Not(RecordFilter.Equal("category", "c2")) }, collection, alone, Cancellation);
        }
    }

    [Fact]
    public async Task Search_AsATenant_FindsOnlyItsOwnWhateverTheFilterSays()
    {
        var collection = await CreateAsync(Shared, [.. SearchCorpus.Create(200, seed: 4).Index().Select(static pair => Of($"t{pair.Index % 4}", pair.Item))]);
        foreach (var filter in new[] { RecordFilter.All, RecordFilter.Or(RecordFilter.Equal("tenant", "t1"), RecordFilter.All), RecordFilter.Not(RecordFilter.Equal("tenant", "t2")) })
        {
            var hits = await collection.SearchAsync(
                new RecordSearch { Keywords = new("word1 word2 word3"), Vectors = [new("Cosine", SearchCorpus.Vector(new Random(1)))], Tenant = "t3", Filter = filter, Top = 200 }, Cancellation);
            Assert.NotEmpty(hits);
            Assert.All(hits, static hit => Assert.Equal("t3", hit.Record["tenant"]));
        }

        Assert.Empty(await collection.SearchAsync(new RecordSearch { Keywords = new("word1"), Tenant = "t3", Filter = RecordFilter.Equal("tenant", "t1") }, Cancellation));
        Assert.Empty(await collection.SearchAsync(new RecordSearch { Keywords = new("word1"), Tenant = "nobody" }, Cancellation));
        Assert.Empty(await collection.SearchAsync(new RecordSearch { Keywords = new("word1"), Tenant = "T3" }, Cancellation));
    }

    [Fact]
    public async Task CountHeldWords_AsATenant_CountsNoWordOfAnother()
    {
        var collection = await CreateAsync(Shared, Row("a", ("body", "zebra"), ("tenant", "t1")), Row("b", ("body", "horse"), ("tenant", "t2")));
        var search = new RecordSearch { Keywords = new("zebra horse donkey"), Tenant = "t1" };

        Assert.Equal(1, await collection.CountHeldWordsAsync(search, Cancellation));
        Assert.Equal(0, await collection.CountHeldWordsAsync(search with { Filter = RecordFilter.Equal("tenant", "t2") }, Cancellation));
        Assert.Equal(0, await collection.CountHeldWordsAsync(search with { Tenant = "nobody" }, Cancellation));
        await RefusedAsync(() => collection.CountHeldWordsAsync(search with { Tenant = null }, Cancellation));

        await collection.UpsertAsync([Row("b", ("body", "horse"), ("tenant", "t1"))], Cancellation);
        Assert.Equal((2, 0), (await collection.CountHeldWordsAsync(search, Cancellation), await collection.CountHeldWordsAsync(search with { Tenant = "t2" }, Cancellation)));
    }

    [Fact]
    public async Task SearchesAndRecords_WithoutATenant_AreRefused()
    {
        var collection = await CreateAsync(Shared);

        await RefusedAsync(() => collection.SearchAsync(new RecordSearch { Keywords = new("word1") }, Cancellation));
        await Assert.ThrowsAsync<MemoryException>(() => collection.UpsertAsync([Row("a", ("body", "text"))], Cancellation));
        await Assert.ThrowsAsync<MemoryException>(() => collection.UpsertAsync([Row("a", ("tenant", ""))], Cancellation));
    }

    [Fact]
    public async Task Record_ThatChangesItsTenant_LeavesTheFormerWithAllItsWords()
    {
        var collection = await CreateAsync(Shared, Row("a", ("body", "zebra"), ("tenant", "t1")), Row("b", ("body", "zebra"), ("tenant", "t1")), Row("c", ("body", "zebra"), ("tenant", "t2")));
        await collection.UpsertAsync([Row("a", ("body", "zebra"), ("tenant", "t2"))], Cancellation);

        var first = await collection.SearchAsync(new RecordSearch { Keywords = new("zebra"), Tenant = "t1" }, Cancellation);
        var second = await collection.SearchAsync(new RecordSearch { Keywords = new("zebra"), Tenant = "t2" }, Cancellation);
        Assert.Equal(["b"], first.Select(static hit => hit.Record.Key));
        Assert.Equal(["a", "c"], second.Select(static hit => hit.Record.Key));
        Assert.Equal(Bm25.Rarity(1, 1) / Bm25.Rarity(2, 2), first[0].Score / second[0].Score, 1e-4);
    }

    private static Record Of(string tenant, Record record) => record with { Fields = new Dictionary<string, object?>(record.Fields) { ["tenant"] = tenant } };
}
