using KernelHost.Memory.Records;

namespace KernelHost.Memory.Conformance;

/// <summary>The order and the pages of a listing.</summary>
public abstract class RecordListingTests : RecordStoreTestBase
{
    private static readonly RecordSchema Schema = new()
    {
        Fields = [new("number", RecordFieldType.Number) { IsIndexed = true }, new("time", RecordFieldType.Time) { IsIndexed = true }, new("text", RecordFieldType.Text), new("tags", RecordFieldType.Text) { IsList = true }],
        Vectors = [new("v", 1) { Distance = VectorDistance.DotProduct }],
    };

    [Fact]
    public async Task List_WithoutOrder_IsInTheOrderOfTheKeys()
    {
        var collection = await CreateAsync(Schema, Row("b"), Row("a"), Row("B"), Row("ä"), Row("a1"));

        Assert.Equal(["B", "a", "a1", "b", "ä"], await KeysAsync(collection, RecordFilter.All));
        Assert.Equal(["ä", "b"], await KeysAsync(collection, new RecordListing { Descending = true, Top = 2 }));
    }

    [Theory]
    [InlineData("number", false, "d e b c a")]
    [InlineData("number", true, "a b c d e")]
    [InlineData("time", false, "d e c b a")]
    [InlineData("time", true, "a b c d e")]
    [InlineData("text", false, "d e c b a")]
    [InlineData("text", true, "a b c d e")]
    public async Task List_ByAField_HasNullFirstAndEqualOnesByKey(string field, bool descending, string expected)
    {
        var collection = await CreateAsync(
            Schema,
            Row("a", ("number", 10d), ("time", DateTimeOffset.UnixEpoch.AddYears(90)), ("text", "b")),
            Row("b", ("number", 9d), ("time", DateTimeOffset.UnixEpoch), ("text", "aa")),
            Row("c", ("number", 9d), ("time", DateTimeOffset.UnixEpoch.AddYears(-90)), ("text", "a")),
            Row("d"),
            Row("e", ("text", null)));

        Assert.Equal(expected, string.Join(' ', await KeysAsync(collection, new RecordListing { OrderBy = field, Descending = descending })));
    }

    [Fact]
    public async Task List_InPages_BringsEachRecordOnce()
    {
        var collection = await CreateAsync(Schema, [.. Enumerable.Range(0, 25).Select(static i => Row($"{i:d2}", ("number", (double)(i % 3)), ("v", new float[] { i })))]);

        List<object> seen = [];
        for (var skip = 0; skip < 30; skip += 7)
        {
            seen.AddRange(await KeysAsync(collection, new RecordListing { OrderBy = "number", Skip = skip, Top = 7, Filter = RecordFilter.Not(RecordFilter.Equal("number", 1d)) }));
        }

        Assert.Equal([.. Enumerable.Range(0, 25).Where(static i => i % 3 == 0).Select(static i => $"{i:d2}"), .. Enumerable.Range(0, 25).Where(static i => i % 3 == 2).Select(static i => $"{i:d2}")], seen);
        Assert.Empty(await collection.ListAsync(new RecordListing { Top = 0 }, Cancellation));
        var one = Assert.Single(await collection.ListAsync(new RecordListing { Skip = 24, IncludeVectors = true }, Cancellation));
        Assert.Equal([24f], one.Vectors["v"].ToArray());
    }

    [Fact]
    public async Task List_ThatMakesNoSense_IsRefused()
    {
        var collection = await CreateAsync(Schema);
        foreach (var listing in new RecordListing[] { new() { OrderBy = "colour" }, new() { OrderBy = "tags" }, new() { Skip = -1 }, new() { Top = -1 }, new() { Filter = RecordFilter.Equal("colour", "red") } })
        {
            await RefusedAsync(() => collection.ListAsync(listing, Cancellation));
        }
    }

    private static async Task<IReadOnlyList<object>> KeysAsync(RecordCollection collection, RecordListing listing) =>
        [.. (await collection.ListAsync(listing, Cancellation)).Select(static record => record.Key)];
}
