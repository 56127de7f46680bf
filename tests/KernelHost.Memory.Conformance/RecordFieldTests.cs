using KernelHost.Memory.Records;

namespace KernelHost.Memory.Conformance;

/// <summary>What is written comes back: every type of key and field, lists, nothing, much, and all of Unicode.</summary>
public abstract class RecordFieldTests : RecordStoreTestBase
{
    /// <summary>A schema with a field and a list of every type, named after it.</summary>
    internal static RecordSchema Everything { get; } = new()
    {
        Fields =
        [
            .. Enum.GetValues<RecordFieldType>().Select(static type => new RecordField($"{type}", type) { IsIndexed = type != RecordFieldType.Number }),
            .. Enum.GetValues<RecordFieldType>().Select(static type => new RecordField($"{type}s", type) { IsList = true, IsIndexed = type == RecordFieldType.Text }),
        ],
    };

    private static readonly string[] Texts =
    [
        "", " ", "plain", "Größe", "e\u0301", "é", "漢字", "🙂👩‍👩‍👧", "\u202Eright to left\u202C", "a\0b", "line\nbreak\ttab\r\n", "'\"\\%_*?", "null", "\uFFFD\uFFFF\u0001",
    ];

    [Fact]
    public async Task Fields_OfEveryType_ComeBackAsTheyWere()
    {
        var collection = await CreateAsync(Everything);
        foreach (var (name, values) in new Dictionary<string, object[]>
        {
            ["Text"] = [.. Texts, new string('x', 1_000_000)],
            ["Boolean"] = [true, false],
            ["WholeNumber"] = [0L, -1L, long.MinValue, long.MaxValue, 9_007_199_254_740_993L],
            ["Number"] = [0d, -0.5, 0.1, double.MaxValue, double.MinValue, double.Epsilon, 1d, 1e15],
            ["Time"] = [DateTimeOffset.UnixEpoch, DateTimeOffset.MinValue, new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero), new DateTimeOffset(2024, 2, 29, 1, 2, 3, 4, 5, TimeSpan.Zero)],
        })
        {
            foreach (var value in values)
            {
                await collection.UpsertAsync([Row("k", (name, value), ($"{name}s", new[] { value, value }))], Cancellation);

                var read = Assert.Single(await collection.GetAsync(["k"], includeVectors: false, Cancellation));
                Assert.Equal(value, read[name]);
                Assert.Equal([value, value], Assert.IsType<IReadOnlyList<object?>>(read[$"{name}s"], exactMatch: false));
            }
        }
    }

    [Fact]
    public async Task Fields_WithoutAValue_AreNullAndAnEmptyListIsNot()
    {
        var collection = await CreateAsync(Everything, Row("nothing"), Row("null", ("Text", null), ("Texts", null)), Row("empty", ("Text", ""), ("Texts", Array.Empty<object?>())));

        var read = await collection.GetAsync(["nothing", "null", "empty"], includeVectors: true, Cancellation);
        Assert.All(Everything.Fields, field => Assert.Null(read[0][field.Name]));
        Assert.Null(read[1]["Text"]);
        Assert.Null(read[1]["Texts"]);
        Assert.Equal("", read[2]["Text"]);
        Assert.Empty(Assert.IsType<IReadOnlyList<object?>>(read[2]["Texts"], exactMatch: false));
        Assert.Equal(["nothing", "null"], await KeysAsync(collection, RecordFilter.Equal("Texts", null)));
    }

    [Fact]
    public async Task Times_OfAnyOffset_ComeBackInUtcToTheMicrosecond()
    {
        var time = new DateTimeOffset(2024, 2, 29, 12, 30, 0, TimeSpan.FromHours(-8)).AddTicks(19);
        var collection = await CreateAsync(Everything, Row("k", ("Time", time)));

        var read = Assert.IsType<DateTimeOffset>(Assert.Single(await collection.GetAsync(["k"], includeVectors: false, Cancellation))["Time"]);
        Assert.Equal(TimeSpan.Zero, read.Offset);
        Assert.Equal(time.AddTicks(-9), read);
        Assert.Equal(["k"], await KeysAsync(collection, RecordFilter.Equal("Time", time.AddTicks(-9).ToOffset(TimeSpan.FromHours(5)))));
    }

    [Fact]
    public async Task Fields_ThatStoresWouldChange_AreRefused()
    {
        var collection = await CreateAsync(Everything);

        foreach (var (name, value) in new (string, object)[]
        {
            ("Number", double.NaN), ("Number", double.PositiveInfinity), ("Text", "half \ud83d of a pair"), ("Texts", new object?[] { "a", null }), ("Texts", new object?[] { 1L }), ("Texts", "a"), ("Text", new object?[] { "a" }),
        })
        {
            var failure = await Assert.ThrowsAsync<MemoryException>(() => collection.UpsertAsync([Row("k", (name, value))], Cancellation));
            Assert.Contains($"'{name}'", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task TextKeys_OfAnyCharacters_AreKeptApart()
    {
        string[] keys = [.. Texts.Where(static text => text.Length > 0), "Plain", new string('k', 500), "7d1ff8a6-2b3c-4c59-8a3e-0f3a4f1c2d5e", "42"];
        var collection = await CreateAsync(Everything, [.. keys.Select(static key => Row(key, ("Text", key)))]);

        Assert.Equal(keys.Length, await collection.CountAsync(RecordFilter.All, Cancellation));
        Assert.Equal(keys, (await collection.GetAsync(keys, includeVectors: false, Cancellation)).Select(static record => record["Text"]));
        foreach (var key in keys)
        {
            Assert.Equal([key], await KeysAsync(collection, RecordFilter.Equal(RecordFilter.Key, key)));
        }
    }

    [Fact]
    public async Task UuidAndNumberKeys_AreReadFilteredAndDeleted()
    {
        Guid[] uuids = [Guid.Parse("00000000-0000-0000-0000-000000000001"), Guid.Parse("ffffffff-0000-4000-8000-000000000000"), Guid.Empty];
        var byUuid = await CreateAsync(Everything with { Key = RecordKeyType.Uuid }, [.. uuids.Select(static key => Row(key))]);
        Assert.Equal(uuids, (await byUuid.GetAsync([.. uuids], includeVectors: false, Cancellation)).Select(static record => record.Key).Cast<Guid>());
        Assert.Equal([uuids[1]], await KeysAsync(byUuid, RecordFilter.AnyOf(RecordFilter.Key, [uuids[1], Guid.NewGuid()])));
        Assert.Equal([uuids[2], uuids[0], uuids[1]], await KeysAsync(byUuid, RecordFilter.All));
        await RefusedAsync(() => byUuid.UpsertAsync([Row("text")], Cancellation));
        await RefusedAsync(() => byUuid.GetAsync(["text"], includeVectors: false, Cancellation));

        var byNumber = Store.GetCollection("numbers");
        await byNumber.EnsureExistsAsync(Everything with { Key = RecordKeyType.WholeNumber }, NoProperties, Cancellation);
        await byNumber.UpsertAsync([Row(10L), Row(9L), Row(0L), Row(long.MaxValue)], Cancellation);
        Assert.Equal([0L, 9L, 10L, long.MaxValue], await KeysAsync(byNumber, RecordFilter.All));
        await byNumber.DeleteAsync([9L], Cancellation);
        Assert.Equal([0L, 10L, long.MaxValue], await KeysAsync(byNumber, RecordFilter.Not(RecordFilter.Equal(RecordFilter.Key, 9L))));
        await RefusedAsync(() => byNumber.UpsertAsync([Row(-1L)], Cancellation));
    }

    [Fact]
    public async Task Records_ThousandsInOneCall_AreAllThere()
    {
        var rows = Enumerable.Range(0, 5000).Select(static i => Row($"k{i:d5}", ("WholeNumber", (long)i), ("Texts", new object?[] { $"t{i % 7}" }))).ToArray();
        var collection = await CreateAsync(Everything, rows);

        Assert.Equal(5000, await collection.CountAsync(RecordFilter.All, Cancellation));
        Assert.Equal(rows.Select(static row => row.Key), (await collection.GetAsync([.. rows.Select(static row => row.Key)], includeVectors: false, Cancellation)).Select(static record => record.Key));
        Assert.Equal(5000, (await collection.ScrollAsync(RecordFilter.All, includeVectors: false, Cancellation).ToListAsync(Cancellation)).DistinctBy(static record => record.Key).Count());
        Assert.Equal(2500, await collection.CountAsync(RecordFilter.AnyOf("WholeNumber", [.. Enumerable.Range(0, 2500).Select(static i => (object?)(2L * i))]), Cancellation));
        Assert.Equal(715, await collection.DeleteAsync(RecordFilter.AnyOf("Texts", ["t0"]), Cancellation));
        await collection.DeleteAsync([.. rows.Select(static row => row.Key)], Cancellation);
        Assert.Equal(0, await collection.CountAsync(RecordFilter.All, Cancellation));
    }

    [Fact]
    public async Task Calls_WithNothing_DoNothing()
    {
        var collection = await CreateAsync(Everything);
        await collection.UpsertAsync([], Cancellation);
        await collection.DeleteAsync([], Cancellation);

        Assert.Empty(await collection.GetAsync([], includeVectors: false, Cancellation));
        Assert.Empty(await collection.ListAsync(new RecordListing(), Cancellation));
        Assert.Empty(await collection.ScrollAsync(RecordFilter.All, includeVectors: false, Cancellation).ToListAsync(Cancellation));
    }
}
