using KernelHost.Memory.Records;

namespace KernelHost.Memory.Conformance;

/// <summary>Collections: made, described, listed and dropped; records: written, read and deleted.</summary>
public abstract class RecordStoreTests : RecordStoreTestBase
{
    private static readonly RecordSchema Notes = new()
    {
        Fields = [new("text", RecordFieldType.Text) { SearchWeight = 1 }, new("stars", RecordFieldType.WholeNumber) { IsIndexed = true }],
        Vectors = [new("embedding", 2)],
    };

    [Fact]
    public async Task Collection_NotCreated_HasNoStateAndRefusesCalls()
    {
        var collection = Store.GetCollection("nowhere");

        Assert.Null(await collection.GetStateAsync(Cancellation));
        Assert.False(await collection.DropAsync(Cancellation));
        Assert.Contains("nowhere", (await Assert.ThrowsAsync<MemoryException>(() => collection.UpsertAsync([Row("a")], Cancellation))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<MemoryException>(() => collection.GetAsync(["a"], includeVectors: false, Cancellation));
        await Assert.ThrowsAsync<MemoryException>(() => collection.ListAsync(new RecordListing(), Cancellation));
        await Assert.ThrowsAsync<MemoryException>(async () => await collection.ScrollAsync(RecordFilter.All, includeVectors: false, Cancellation).ToListAsync(Cancellation));
        await Assert.ThrowsAsync<MemoryException>(() => collection.CountAsync(RecordFilter.All, Cancellation));
        await Assert.ThrowsAsync<MemoryException>(() => collection.DeleteAsync(["a"], Cancellation));
        await Assert.ThrowsAsync<MemoryException>(() => collection.DeleteAsync(RecordFilter.All, Cancellation));
        await Assert.ThrowsAsync<MemoryException>(() => collection.TryChangeAsync(new RecordChange(0), Cancellation));
        await Assert.ThrowsAsync<MemoryException>(() => collection.SearchAsync(new RecordSearch { Keywords = new("a") }, Cancellation));
        Assert.Empty(await Store.ListAsync(Cancellation));
    }

    [Fact]
    public async Task EnsureExists_New_KeepsSchemaAndProperties()
    {
        var collection = Store.GetCollection("notes");
        await collection.EnsureExistsAsync(Notes, new Dictionary<string, string> { ["model"] = "m-1" }, Cancellation);
        await collection.EnsureExistsAsync(Notes, new Dictionary<string, string> { ["model"] = "m-2" }, Cancellation);

        var state = await collection.GetStateAsync(Cancellation);
        Assert.NotNull(state);
        Assert.Null(RecordSchemas.Difference(state.Schema, Notes));
        Assert.Equal("m-1", state.Properties["model"]);
        Assert.Equal(0, state.Version);
        Assert.Equal(["notes"], await Store.ListAsync(Cancellation));
    }

    [Fact]
    public async Task EnsureExists_WithAnotherSchema_IsRefusedAndNamesTheDifference()
    {
        var collection = await CreateAsync(Notes);
        var other = Notes with { Vectors = [new("embedding", 3)] };

        var failure = await Assert.ThrowsAsync<MemoryException>(() => collection.EnsureExistsAsync(other, NoProperties, Cancellation));
        Assert.Contains("embedding", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upsert_ThenGet_BringsRecordsInTheOrderOfTheKeys()
    {
        var collection = await CreateAsync(Notes, Row("a", ("text", "one"), ("embedding", new float[] { 3, 4 })), Row("b", ("stars", 5L)));

        var read = await collection.GetAsync(["b", "missing", "a"], includeVectors: true, Cancellation);
        Assert.Equal(["b", "a"], read.Select(static record => record.Key));
        Assert.Equal(5L, read[0]["stars"]);
        Assert.Null(read[0]["text"]);
        Assert.Empty(read[0].Vectors);
        Assert.Equal("one", read[1]["text"]);
        Assert.Equal([0.6f, 0.8f], read[1].Vectors["embedding"].ToArray().Select(static value => MathF.Round(value, 5)));
        Assert.Empty((await collection.GetAsync(["a"], includeVectors: false, Cancellation))[0].Vectors);
    }

    [Fact]
    public async Task Upsert_OfAnExistingKey_ReplacesTheWholeRecord()
    {
        var collection = await CreateAsync(Notes, Row("a", ("text", "apple"), ("stars", 1L), ("embedding", new float[] { 1, 0 })));
        await collection.UpsertAsync([Row("a", ("text", "pear"))], Cancellation);

        var read = Assert.Single(await collection.GetAsync(["a"], includeVectors: true, Cancellation));
        Assert.Equal("pear", read["text"]);
        Assert.Null(read["stars"]);
        Assert.Empty(read.Vectors);
        Assert.Empty(await collection.SearchAsync(new RecordSearch { Keywords = new("apple") }, Cancellation));
        Assert.Empty(await collection.SearchAsync(new RecordSearch { Vectors = [new("embedding", new float[] { 1, 0 })] }, Cancellation));
        Assert.Single(await collection.SearchAsync(new RecordSearch { Keywords = new("pear") }, Cancellation));
    }

    [Fact]
    public async Task Upsert_OneOfManyDoesNotFit_NothingIsWritten()
    {
        var collection = await CreateAsync(Notes);
        var before = await collection.GetStateAsync(Cancellation);

        foreach (var wrong in new[] { Row("b", ("colour", "red")), Row("b", ("stars", "five")), Row("b", ("stars", 5)), Row("b", ("embedding", new float[] { 1 })), Row("b", ("image", new float[] { 1, 2 })), Row(7L), Row("") })
        {
            await Assert.ThrowsAsync<MemoryException>(() => collection.UpsertAsync([Row("a", ("text", "fits")), wrong], Cancellation));
        }

        Assert.Equal(0, await collection.CountAsync(RecordFilter.All, Cancellation));
        Assert.Equal(before!.Version, (await collection.GetStateAsync(Cancellation))!.Version);
    }

    [Fact]
    public async Task Delete_ByKeysAndByFilter_RemovesFromEverything()
    {
        var collection = await CreateAsync(Notes, [.. Enumerable.Range(0, 10).Select(i => Row($"k{i}", ("text", $"common word{i}"), ("stars", (long)i), ("embedding", new float[] { 1, i })))]);

        await collection.DeleteAsync(["k0", "missing"], Cancellation);
        Assert.Equal(5, await collection.DeleteAsync(RecordFilter.Compare("stars", RecordOperator.GreaterOrEqual, 5L), Cancellation));

        Assert.Equal(4, await collection.CountAsync(RecordFilter.All, Cancellation));
        Assert.Equal(["k1", "k2", "k3", "k4"], await KeysAsync(collection, RecordFilter.All));
        Assert.Equal(4, (await collection.SearchAsync(new RecordSearch { Keywords = new("common") }, Cancellation)).Count);
        Assert.Equal(4, (await collection.SearchAsync(new RecordSearch { Vectors = [new("embedding", new float[] { 1, 1 })] }, Cancellation)).Count);
        Assert.Equal(0, await collection.DeleteAsync(RecordFilter.None, Cancellation));
    }

    [Fact]
    public async Task Drop_TakesContentAndStatisticsWithIt()
    {
        var collection = await CreateAsync(Notes, Row("a", ("text", "apple")));

        Assert.True(await collection.DropAsync(Cancellation));
        Assert.Empty(await Store.ListAsync(Cancellation));
        await collection.EnsureExistsAsync(Notes with { Vectors = [new("embedding", 3)] }, NoProperties, Cancellation);
        Assert.Equal(0, await collection.CountAsync(RecordFilter.All, Cancellation));
        Assert.Empty(await collection.SearchAsync(new RecordSearch { Keywords = new("apple") }, Cancellation));
    }

    [Fact]
    public async Task Collections_OfOneStore_DoNotSeeEachOther()
    {
        string[] names = ["notes", "Notes", "notes'; drop table x; --", "a/b", "Größe 漢字 🙂"];
        foreach (var (index, name) in names.Index())
        {
            var collection = Store.GetCollection(name);
            await collection.EnsureExistsAsync(Notes, NoProperties, Cancellation);
            await collection.UpsertAsync([Row("same", ("stars", (long)index))], Cancellation);
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), await Store.ListAsync(Cancellation));
        foreach (var (index, name) in names.Index())
        {
            Assert.Equal((long)index, Assert.Single(await Store.GetCollection(name).GetAsync(["same"], includeVectors: false, Cancellation))["stars"]);
        }
    }

    [Fact]
    public async Task Store_Disposed_RefusesCalls()
    {
        var collection = await CreateAsync(Notes);
        await Store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => collection.GetStateAsync(Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.ListAsync(Cancellation));
    }
}
