using KernelHost.Memory.Records;
using Microsoft.Extensions.VectorData;

namespace KernelHost.Memory.Conformance.VectorData;

/// <summary>Hybrid search ranks words and vectors, and fuses both.</summary>
public abstract class VectorHybridTests : VectorStoreTestBase
{
    /// <summary>A record with a text that is searched.</summary>
    public sealed class Fruit
    {
        [VectorStoreKey]
        public int Id { get; set; }

        [VectorStoreData(IsFullTextIndexed = true)]
        public string Text { get; set; } = "";

        [VectorStoreData(IsIndexed = true)]
        public int Code { get; set; }

        [VectorStoreVector(2)]
        public ReadOnlyMemory<float> Vector { get; set; }
    }

    /// <summary>A record with two texts that are searched, each alone.</summary>
    public sealed class Pair
    {
        [VectorStoreKey]
        public int Id { get; set; }

        [VectorStoreData(IsFullTextIndexed = true)]
        public string Left { get; set; } = "";

        [VectorStoreData(IsFullTextIndexed = true)]
        public string Right { get; set; } = "";

        [VectorStoreVector(2)]
        public ReadOnlyMemory<float> Vector { get; set; }
    }

    private static readonly ReadOnlyMemory<float> Same = new float[] { 1, 0 };

    private static readonly Fruit[] Fruits =
    [
        new() { Id = 1, Text = "Apples are a healthy and nourishing snack", Code = 1, Vector = Same },
        new() { Id = 2, Text = "Oranges are tangy and contain vitamin C", Code = 2, Vector = new float[] { 1, 0.05f } },
        new() { Id = 3, Text = "Grapes are healthy, sweet and juicy. Grapes!", Code = 3, Vector = new float[] { 1, 0.1f } },
    ];

    [Fact]
    public async Task Words_MoveTheRecordThatHoldsThemUp()
    {
        Assert.Equal(3, (await SearchAsync(["grapes"]))[0].Record.Id);
        Assert.Equal(2, (await SearchAsync(["Oranges"]))[0].Record.Id);
        Assert.Equal(3, (await SearchAsync(["sweet", "juicy"], top: 1)).Single().Record.Id);
        Assert.Equal([1, 2, 3], (await SearchAsync(["absent"])).Select(static result => result.Record.Id));
        Assert.Equal([1, 2, 3], (await SearchAsync([])).Select(static result => result.Record.Id));
    }

    [Fact]
    public async Task Scores_AreFusedByReciprocalRanks()
    {
        // By words 3, then 1; by vectors 1, 2, 3. No two are equal: how a store breaks ties inside of a fusion is its own.
        var results = await SearchAsync(["healthy grapes"]);
        Assert.Equal([1, 3, 2], results.Select(static result => result.Record.Id));
        Assert.Equal((1d / 61) + (1d / 60), results[0].Score!.Value, 1e-6);
        Assert.Equal((1d / 60) + (1d / 62), results[1].Score!.Value, 1e-6);
        Assert.Equal(1d / 61, results[2].Score!.Value, 1e-6);

        Assert.Equal([1, 3], (await SearchAsync(["healthy grapes"], options: new() { ScoreThreshold = 0.02 })).Select(static result => result.Record.Id));
        Assert.Equal([3, 2], (await SearchAsync(["healthy grapes"], options: new() { Skip = 1 })).Select(static result => result.Record.Id));
    }

    [Fact]
    public async Task Filters_HideFromBothLegs()
    {
        Assert.Equal(1, Assert.Single(await SearchAsync(["Oranges"], options: new() { Filter = static fruit => fruit.Code == 1 })).Record.Id);
        await Assert.ThrowsAsync<NotSupportedException>(() => SearchAsync(["Oranges"], options: new() { Filter = static fruit => fruit.Text.StartsWith('O') }));
    }

    [Fact]
    public async Task SeveralTexts_AreSearchedOneAtATime()
    {
        var collection = await CreateAsync<int, Pair>(null, new Pair { Id = 1, Left = "Apples", Right = "Oranges", Vector = Same }, new Pair { Id = 2, Left = "Oranges", Right = "Apples", Vector = Same });
        var hybrid = Hybrid(collection);

        Assert.Equal([2, 1], (await hybrid.HybridSearchAsync(Same, ["Apples"], 4, new() { AdditionalProperty = static pair => pair.Right }, Cancellation).ToListAsync(Cancellation)).Select(static result => result.Record.Id));
        Assert.Equal([1, 2], (await hybrid.HybridSearchAsync(Same, ["Apples"], 4, new() { AdditionalProperty = static pair => pair.Left }, Cancellation).ToListAsync(Cancellation)).Select(static result => result.Record.Id));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await hybrid.HybridSearchAsync(Same, ["Apples"], 4, cancellationToken: Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task WhatTheAbstractionHasNoWordFor_IsReachedBelowIt()
    {
        var collection = await CreateAsync<int, Fruit>(null, Fruits);
        var below = Assert.IsType<RecordCollection>(collection.GetService(typeof(RecordCollection)), exactMatch: false);

        Assert.Equal(3, await below.CountAsync(RecordFilter.All, Cancellation));
        var hit = (await below.SearchAsync(new RecordSearch { Keywords = new("juicy"), Explain = true }, Cancellation)).Single();
        Assert.Equal((3L, 1), (hit.Record.Key, hit.Keywords!.Rank));
        Assert.Equal(2, await below.DeleteAsync(RecordFilter.Compare("Code", RecordOperator.Greater, 1L), Cancellation));
        Assert.Single(await ListAsync(collection, static fruit => true));
    }

    private async Task<List<VectorSearchResult<Fruit>>> SearchAsync(string[] words, int top = 3, HybridSearchOptions<Fruit>? options = null)
    {
        var collection = await CreateAsync<int, Fruit>(null, Fruits);
        return await Hybrid(collection).HybridSearchAsync(Same, words, top, options, Cancellation).ToListAsync(Cancellation);
    }

    private static IKeywordHybridSearchable<TRecord> Hybrid<TKey, TRecord>(VectorStoreCollection<TKey, TRecord> collection)
        where TKey : notnull
        where TRecord : class => Assert.IsType<IKeywordHybridSearchable<TRecord>>(collection, exactMatch: false);
}
