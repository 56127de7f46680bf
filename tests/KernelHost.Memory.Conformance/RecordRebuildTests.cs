using KernelHost.Memory.Records;

namespace KernelHost.Memory.Conformance;

/// <summary>All content of a collection made anew, beside the present one.</summary>
public abstract class RecordRebuildTests : RecordStoreTestBase
{
    private static readonly RecordSchema Before = new() { Fields = [new("text", RecordFieldType.Text) { SearchWeight = 1 }], Vectors = [new("v", 2)] };

    private static readonly RecordSchema After = new()
    {
        Fields = [.. Before.Fields, new RecordField("stars", RecordFieldType.WholeNumber)],
        Vectors = [new("v", 3), new("w", 1) { Distance = VectorDistance.Euclidean }],
    };

    private static readonly Dictionary<string, string> Model2 = new() { ["model"] = "m-2" };

    [Fact]
    public async Task TryRebuild_WithOtherDimensions_TakesThePlaceOfAll()
    {
        var collection = await CreateAsync(Before, [.. Enumerable.Range(0, 50).Select(static i => Row($"old{i}", ("text", "apple"), ("v", new float[] { 1, i })))]);
        var version = await VersionAsync(collection);
        await using var other = await OpenAnotherAsync();
        Assert.Equal(10, (await other.GetCollection(collection.Name).SearchAsync(new RecordSearch { Vectors = [new("v", new float[] { 1, 0 })] }, Cancellation)).Count);

        Assert.True(await collection.TryRebuildAsync(new RecordRebuild(version, After, Stream(Enumerable.Range(0, 30).Select(New)), Model2), Cancellation));

        foreach (var store in new[] { Store, other })
        {
            var read = store.GetCollection(collection.Name);
            var state = await read.GetStateAsync(Cancellation);
            Assert.Null(RecordSchemas.Difference(state!.Schema, After));
            Assert.Equal("m-2", state.Properties["model"]);
            Assert.True(state.Version > version);
            Assert.Equal(30, await read.CountAsync(RecordFilter.All, Cancellation));
            Assert.Equal(5, await read.CountAsync(RecordFilter.Compare("stars", RecordOperator.Less, 5L), Cancellation));
            Assert.Empty(await read.SearchAsync(new RecordSearch { Keywords = new("apple") }, Cancellation));
            Assert.Equal(30, (await read.SearchAsync(new RecordSearch { Keywords = new("pear"), Top = 100 }, Cancellation)).Count);
            Assert.Equal(10, (await read.SearchAsync(new RecordSearch { Vectors = [new("v", new float[] { 1, 0, 0 })] }, Cancellation)).Count);
            await Assert.ThrowsAsync<MemoryException>(() => read.SearchAsync(new RecordSearch { Vectors = [new("v", new float[] { 1, 0 })] }, Cancellation));
        }

        Assert.Equal([collection.Name], await Store.ListAsync(Cancellation));
        await collection.UpsertAsync([New(99)], Cancellation);
        Assert.Equal(31, await collection.CountAsync(RecordFilter.All, Cancellation));
    }

    [Fact]
    public async Task TryRebuild_WhileItRuns_ReadersGoOnWithTheOldContent()
    {
        var collection = await CreateAsync(Before, Row("old", ("text", "apple")));

        async IAsyncEnumerable<Record> Watched()
        {
            for (var i = 0; i < 300; i++)
            {
                if (i is 0 or 299)
                {
                    Assert.Equal(["old"], await KeysAsync(collection, RecordFilter.All));
                    Assert.Single(await collection.SearchAsync(new RecordSearch { Keywords = new("apple") }, Cancellation));
                    Assert.Equal([collection.Name], await Store.ListAsync(Cancellation));
                }

                yield return New(i);
            }
        }

        Assert.True(await collection.TryRebuildAsync(new RecordRebuild(await VersionAsync(collection), After, Watched(), Model2), Cancellation));
        Assert.Equal(300, await collection.CountAsync(RecordFilter.All, Cancellation));
    }

    [Fact]
    public async Task TryRebuild_OfAFormerVersion_ChangesNothing()
    {
        var collection = await CreateAsync(Before, Row("old"));

        async IAsyncEnumerable<Record> Overtaken()
        {
            yield return New(1);
            await collection.UpsertAsync([Row("meanwhile")], Cancellation);
            yield return New(2);
        }

        var version = await VersionAsync(collection);
        Assert.False(await collection.TryRebuildAsync(new RecordRebuild(version, After, Overtaken(), Model2), Cancellation));
        Assert.False(await collection.TryRebuildAsync(new RecordRebuild(version, After, Stream([New(1)]), Model2), Cancellation));
        await AssertAsBeforeAsync(collection, "meanwhile", "old");
    }

    [Fact]
    public async Task TryRebuild_ThatFails_ChangesNothing()
    {
        var collection = await CreateAsync(Before, Row("old"));

        static async IAsyncEnumerable<Record> Broken()
        {
            yield return New(1);
            await Task.Yield();
            throw new InvalidDataException("The provider is gone.");
        }

        var version = await VersionAsync(collection);
        await Assert.ThrowsAsync<InvalidDataException>(() => collection.TryRebuildAsync(new RecordRebuild(version, After, Broken(), Model2), Cancellation));
        await Assert.ThrowsAsync<MemoryException>(() => collection.TryRebuildAsync(new RecordRebuild(version, After, Stream([New(1), Row("x", ("v", new float[] { 1, 2 }))]), Model2), Cancellation));
        await AssertAsBeforeAsync(collection, "old");
        Assert.True(await collection.TryRebuildAsync(new RecordRebuild(await VersionAsync(collection), After, Stream([New(1)]), Model2), Cancellation));
    }

    private static async Task AssertAsBeforeAsync(RecordCollection collection, params IReadOnlyList<object> keys)
    {
        Assert.Equal(keys, await KeysAsync(collection, RecordFilter.All));
        var state = await collection.GetStateAsync(Cancellation);
        Assert.Null(RecordSchemas.Difference(state!.Schema, Before));
        Assert.Empty(state.Properties);
    }

    private static Record New(int i) => Row($"new{i}", ("text", "pear"), ("stars", (long)i), ("v", new float[] { 1, i, 0 }), ("w", new float[] { i }));

    private static IAsyncEnumerable<Record> Stream(IEnumerable<Record> records) => records.ToAsyncEnumerable();

    private static async Task<long> VersionAsync(RecordCollection collection) => (await collection.GetStateAsync(Cancellation))!.Version;
}
