using Microsoft.Extensions.VectorData;

namespace KernelHost.Memory.Conformance.VectorData;

/// <summary>Writing, reading, listing, searching and deleting, of classes and of dictionaries, with any number of vectors and data properties.</summary>
public abstract class VectorModelTests : VectorStoreTestBase
{
    /// <summary>An ordinary record.</summary>
    public sealed class Note
    {
        [VectorStoreKey]
        public string Id { get; set; } = "";

        [VectorStoreData]
        public string? Text { get; set; }

        [VectorStoreData(IsIndexed = true, StorageName = "n")]
        public int Number { get; set; }

        [VectorStoreVector(3)]
        public ReadOnlyMemory<float> Vector { get; set; }

        public string NotStored { get; set; } = "as made";
    }

    /// <summary>A record with a key alone.</summary>
    public sealed class Bare
    {
        [VectorStoreKey]
        public long Id { get; set; }
    }

    private static readonly VectorStoreCollectionDefinition Dynamic = new()
    {
        Properties =
        [
            new VectorStoreKeyProperty("Id", typeof(string)), new VectorStoreDataProperty("Text", typeof(string)), new VectorStoreDataProperty("Number", typeof(int)) { StorageName = "n", IsIndexed = true },
            new VectorStoreVectorProperty("Vector", typeof(ReadOnlyMemory<float>), 3),
        ],
    };

    private static readonly Note[] Notes =
    [
        new() { Id = "a", Text = "one", Number = 1, Vector = new float[] { 1, 0, 0 } },
        new() { Id = "b", Text = "two", Number = 2, Vector = new float[] { 1, 1, 0 } },
        new() { Id = "c", Text = "two", Number = 3, Vector = new float[] { 0, 1, 0 } },
        new() { Id = "d", Text = null, Number = 4, Vector = new float[] { -1, 0, 0 } },
    ];

    [Fact]
    public async Task Get_ByKeys_BringsWhatExists()
    {
        var collection = await CreateAsync<string, Note>(null, Notes);

        Assert.Null(await collection.GetAsync("missing", cancellationToken: Cancellation));
        var one = await collection.GetAsync("b", cancellationToken: Cancellation);
        Assert.Equal(("b", "two", 2, 0, "as made"), (one!.Id, one.Text, one.Number, one.Vector.Length, one.NotStored));
        Assert.Equal(3, (await collection.GetAsync("b", new() { IncludeVectors = true }, Cancellation))!.Vector.Length);
        Assert.Equal(["c", "a"], (await collection.GetAsync(["c", "missing", "a"], cancellationToken: Cancellation).ToListAsync(Cancellation)).Select(static note => note.Id));
        Assert.Empty(await collection.GetAsync(Array.Empty<string>(), cancellationToken: Cancellation).ToListAsync(Cancellation));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await collection.GetAsync((IEnumerable<string>)null!, cancellationToken: Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Get_ByFilter_OrdersSkipsAndTakes()
    {
        var collection = await CreateAsync<string, Note>(null, Notes);

        Assert.Equal("a b c d", await OrderAsync(collection, null));
        Assert.Equal("d c b a", await OrderAsync(collection, new() { OrderBy = static order => order.Descending(static note => note.Number) }));
        Assert.Equal("d a c b", await OrderAsync(collection, new() { OrderBy = static order => order.Ascending(static note => note.Text).Descending(static note => note.Number) }));
        Assert.Equal("b c a d", await OrderAsync(collection, new() { OrderBy = static order => order.Descending(static note => note.Text).Ascending(static note => note.Number) }));
        Assert.Equal("c a", await OrderAsync(collection, new() { Skip = 1, OrderBy = static order => order.Descending(static note => note.Text).Ascending(static note => note.Number) }, top: 2));
        Assert.Equal("d c b a", await OrderAsync(collection, new() { OrderBy = static order => order.Descending(static note => note.Id) }));
        Assert.Equal("c d", await OrderAsync(collection, new() { Skip = 2, OrderBy = static order => order.Ascending(static note => note.Number) }, top: 2));
        Assert.Equal(3, Assert.Single(await ListAsync(collection, static note => note.Number == 2, new() { IncludeVectors = true })).Vector.Length);
        Assert.Equal(0, Assert.Single(await ListAsync(collection, static note => note.Number == 2)).Vector.Length);
        await Assert.ThrowsAsync<NotSupportedException>(() => OrderAsync(collection, new() { OrderBy = static order => order.Ascending(static note => note.Vector) }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => OrderAsync(collection, null, top: 0));
    }

    [Fact]
    public async Task Get_OrderedBySeveral_ReadsPastPagesOfTies()
    {
        var collection = await CreateAsync<string, Note>(null, [.. Enumerable.Range(0, 1100).Select(static i => new Note { Id = $"{i:d4}", Text = i < 1050 ? "tie" : "zzz", Number = 5000 - i, Vector = new float[] { 1, 0, 0 } })]);

        Assert.Equal("1049 1048 1047", await OrderAsync(collection, new() { OrderBy = static order => order.Ascending(static note => note.Text).Ascending(static note => note.Number) }, top: 3));
        Assert.Equal("0000 1099", await OrderAsync(collection, new() { Skip = 1049, OrderBy = static order => order.Ascending(static note => note.Text).Ascending(static note => note.Number) }, top: 2));
    }

    [Fact]
    public async Task Upsert_OfAnExistingKey_Replaces()
    {
        var collection = await CreateAsync<string, Note>(null, Notes);
        await collection.UpsertAsync(new Note { Id = "a", Text = null, Number = 9, Vector = new float[] { 0, 0, 1 } }, Cancellation);
        await collection.UpsertAsync(Array.Empty<Note>(), Cancellation);

        var read = await collection.GetAsync("a", cancellationToken: Cancellation);
        Assert.Equal((null, 9), (read!.Text, read.Number));
        Assert.Equal(4, (await ListAsync(collection, static note => true)).Count);
        await Assert.ThrowsAsync<ArgumentNullException>(() => collection.UpsertAsync((Note)null!, Cancellation));
        await Assert.ThrowsAsync<ArgumentNullException>(() => collection.UpsertAsync((IEnumerable<Note>)null!, Cancellation));
    }

    [Fact]
    public async Task Upsert_OfARecordReadWithoutItsVector_IsRefused()
    {
        var collection = await CreateAsync<string, Note>(null, Notes);
        var read = await collection.GetAsync("a", cancellationToken: Cancellation);

        Assert.Contains("IncludeVectors", (await Assert.ThrowsAsync<ArgumentException>(() => collection.UpsertAsync(read!, Cancellation))).Message, StringComparison.Ordinal);
        Assert.Equal(3, (await collection.GetAsync("a", new() { IncludeVectors = true }, Cancellation))!.Vector.Length);
    }

    [Fact]
    public async Task Upsert_OneOfABatchDoesNotFit_NothingIsWritten()
    {
        var collection = await CreateAsync<string, Note>(null);

        await Assert.ThrowsAsync<VectorStoreException>(() => collection.UpsertAsync([Notes[0], new Note { Id = "x", Vector = new float[] { 1 } }], Cancellation));
        Assert.Empty(await ListAsync(collection, static note => true));
    }

    [Fact]
    public async Task Delete_ByKeys_PassesOverMissingOnes()
    {
        var collection = await CreateAsync<string, Note>(null, Notes);
        await collection.DeleteAsync("a", Cancellation);
        await collection.DeleteAsync(["b", "missing"], Cancellation);
        await collection.DeleteAsync("missing", Cancellation);

        Assert.Equal(["c", "d"], (await ListAsync(collection, static note => true)).Select(static note => note.Id));
        await Assert.ThrowsAsync<ArgumentNullException>(() => collection.DeleteAsync((IEnumerable<string>)null!, Cancellation));
    }

    [Fact]
    public async Task Search_ByAVector_OrdersSkipsTakesAndFilters()
    {
        var collection = await CreateAsync<string, Note>(null, Notes);
        var vector = new ReadOnlyMemory<float>([1, 0, 0]);

        var all = await collection.SearchAsync(vector, 10, cancellationToken: Cancellation).ToListAsync(Cancellation);
        Assert.Equal(["a", "b", "c", "d"], all.Select(static result => result.Record.Id));
        Assert.Equal([1, Math.Sqrt(0.5), 0, -1], all.Select(static result => Math.Round(result.Score!.Value, 12)), (left, right) => Math.Abs(left - right) < 1e-5);
        Assert.All(all, static result => Assert.Equal(0, result.Record.Vector.Length));
        Assert.Equal(["b", "c"], (await collection.SearchAsync(vector, 2, new() { Skip = 1 }, Cancellation).ToListAsync(Cancellation)).Select(static result => result.Record.Id));
        Assert.Equal(["b", "c"], (await collection.SearchAsync(vector, 5, new() { Filter = static note => note.Text == "two" }, Cancellation).ToListAsync(Cancellation)).Select(static result => result.Record.Id));
        Assert.Equal(3, (await collection.SearchAsync(vector, 1, new() { IncludeVectors = true }, Cancellation).ToListAsync(Cancellation))[0].Record.Vector.Length);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await collection.SearchAsync(vector, 0, cancellationToken: Cancellation).ToListAsync(Cancellation));
        await Assert.ThrowsAsync<VectorStoreException>(async () => await collection.SearchAsync(new float[] { 1 }, 1, cancellationToken: Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Dictionaries_AndClasses_ShareACollection()
    {
        var classes = await CreateAsync<string, Note>(null, Notes);
        var collection = Store.GetDynamicCollection("records", Dynamic);
        await collection.UpsertAsync([new() { ["Id"] = "e", ["Text"] = "five", ["Number"] = 5, ["Vector"] = new ReadOnlyMemory<float>([0, 0, 1]) }], Cancellation);

        Assert.Equal(("five", 5), ((await classes.GetAsync("e", cancellationToken: Cancellation))!.Text, 5));
        var read = await collection.GetAsync("a", cancellationToken: Cancellation);
        Assert.Equal(["Id", "Number", "Text"], read!.Keys.Order());
        Assert.Equal(("a", "one", 1), (read["Id"], read["Text"], read["Number"]));
        Assert.True(Assert.Single(await collection.GetAsync(["d"], new() { IncludeVectors = true }, Cancellation).ToListAsync(Cancellation)).TryGetValue("Text", out var text) && text is null);
        Assert.Equal(["e", "d"], (await collection.GetAsync(static r => (int)r["Number"]! > 3, 5, new() { OrderBy = static order => order.Descending(static r => r["Number"]) }, Cancellation).ToListAsync(Cancellation)).Select(static record => record["Id"]));
        Assert.Equal("e", Assert.Single(await collection.SearchAsync(new float[] { 0, 0, 1 }, 1, cancellationToken: Cancellation).ToListAsync(Cancellation)).Record["Id"]);
        await Assert.ThrowsAsync<InvalidCastException>(() => collection.UpsertAsync(new Dictionary<string, object?> { ["Id"] = "f", ["Number"] = "five" }, Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => collection.UpsertAsync(new Dictionary<string, object?> { ["Number"] = 5 }, Cancellation));
        Assert.Throws<ArgumentException>(() => Store.GetCollection<object, Dictionary<string, object?>>("records", Dynamic));
        await collection.DeleteAsync(["a", "b", "c", "d", "e"], Cancellation);
        Assert.Empty(await ListAsync(classes, static note => true));
    }

    [Fact]
    public async Task Records_WithSeveralVectors_AreSearchedByTheOneThatIsNamed()
    {
        var collection = Store.GetDynamicCollection("records", new()
        {
            Properties = [new VectorStoreKeyProperty("Id", typeof(int)), new VectorStoreVectorProperty("Left", typeof(float[]), 2), new VectorStoreVectorProperty("Right", typeof(float[]), 3) { DistanceFunction = DistanceFunction.EuclideanDistance }],
        });
        await collection.EnsureCollectionExistsAsync(Cancellation);
        await collection.UpsertAsync(
            [new() { ["Id"] = 1, ["Left"] = new float[] { 1, 0 }, ["Right"] = new float[] { 0, 0, 9 } }, new() { ["Id"] = 2, ["Left"] = new float[] { 0, 1 }, ["Right"] = new float[] { 0, 0, 1 } }, new() { ["Id"] = 3, ["Left"] = new float[] { 1, 1 } }], Cancellation);

        Assert.Equal([1, 3, 2], (await collection.SearchAsync(new float[] { 1, 0 }, 5, new() { VectorProperty = static r => r["Left"] }, Cancellation).ToListAsync(Cancellation)).Select(static result => result.Record["Id"]));
        Assert.Equal([2, 1], (await collection.SearchAsync(new float[] { 0, 0, 0 }, 5, new() { VectorProperty = static r => r["Right"] }, Cancellation).ToListAsync(Cancellation)).Select(static result => result.Record["Id"]));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await collection.SearchAsync(new float[] { 1, 0 }, 5, cancellationToken: Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Records_WithAKeyAlone_AreKept()
    {
        var collection = await CreateAsync<long, Bare>(null, new Bare { Id = 1 }, new Bare { Id = 2 });

        Assert.Equal(2, (await collection.GetAsync(2, new() { IncludeVectors = true }, Cancellation))!.Id);
        Assert.Equal([2L], (await ListAsync(collection, static bare => bare.Id > 1)).Select(static bare => bare.Id));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await collection.SearchAsync(new float[] { 1 }, 1, cancellationToken: Cancellation).ToListAsync(Cancellation));
        await collection.DeleteAsync(1, Cancellation);
        Assert.Single(await ListAsync(collection, static bare => true));
    }

    private static async Task<string> OrderAsync(VectorStoreCollection<string, Note> collection, FilteredRecordRetrievalOptions<Note>? options, int top = 10) =>
        string.Join(' ', (await collection.GetAsync(static note => true, top, options, Cancellation).ToListAsync(Cancellation)).Select(static note => note.Id));
}
