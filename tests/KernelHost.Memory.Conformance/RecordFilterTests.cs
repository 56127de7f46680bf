using FsCheck;
using FsCheck.Fluent;
using KernelHost.Memory.Records;
using KernelHost.Tests;

namespace KernelHost.Memory.Conformance;

/// <summary>A filter selects what <see cref="RecordFilters"/> says that it selects, however it is nested and whatever it is compared with.</summary>
public abstract class RecordFilterTests : RecordStoreTestBase
{
    // Few values, so that they meet. None are so near to each other that a store that compares numbers as doubles could not tell.
    private static readonly Dictionary<RecordFieldType, object[]> Values = new()
    {
        [RecordFieldType.Text] = ["", "a", "A", "ä", "a\u0308", "🙂", "漢字", "it's; --", "%", "null", "1"],
        [RecordFieldType.Boolean] = [true, false],
        [RecordFieldType.WholeNumber] = [long.MinValue, -1L, 0L, 1L, 42L, 9_007_199_254_740_993L, long.MaxValue],
        [RecordFieldType.Number] = [-1e300, -1.5, 0d, 0.1, 1d, 42d, double.MaxValue],
        [RecordFieldType.Time] =
        [
            DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch.AddMicroseconds(-1), DateTimeOffset.UnixEpoch, new DateTimeOffset(2024, 2, 29, 23, 0, 0, TimeSpan.Zero), new DateTimeOffset(2024, 3, 1, 0, 0, 0, TimeSpan.FromHours(1)),
        ],
    };

    [Fact]
    public async Task Filters_OfAnyShape_SelectWhatTheReferenceSelects()
    {
        var records = Records(80);
        var collection = await CreateAsync(RecordFieldTests.Everything, records);
        Properties.Check(
            Arb.From(Filters(3)),
            async filter =>
            {
                var expected = records.Where(record => RecordFilters.Matches(filter, record)).Select(static record => record.Key).ToArray();
                Assert.Equal(expected, await KeysAsync(collection, filter));
                Assert.Equal(expected.Length, await collection.CountAsync(filter, Cancellation));
            },
            count: 400);
    }

    [Fact]
    public async Task Filters_OnASearchAndAScrollAndADeletion_SelectTheSame()
    {
        var records = Records(80);
        var schema = RecordFieldTests.Everything with { Vectors = [new("v", 2) { Distance = VectorDistance.Euclidean }] };
        var collection = await CreateAsync(schema, [.. records.Select(static record => record with { Vectors = new Dictionary<string, ReadOnlyMemory<float>> { ["v"] = new float[] { 1, 2 } } })]);
        Properties.Check(
            Arb.From(Filters(2)),
            async filter =>
            {
                var expected = records.Where(record => RecordFilters.Matches(filter, record)).Select(static record => record.Key).Order().ToArray();
                var hits = await collection.SearchAsync(new RecordSearch { Vectors = [new("v", new float[] { 0, 0 })], Filter = filter, Top = 100 }, Cancellation);
                Assert.Equal(expected, hits.Select(static hit => hit.Record.Key).Order());
                Assert.Equal(expected, (await collection.ScrollAsync(filter, includeVectors: false, Cancellation).ToListAsync(Cancellation)).Select(static record => record.Key).Order());
            },
            count: 100);
        var half = RecordFilter.Compare("WholeNumber", RecordOperator.Greater, 0L);
        Assert.Equal(records.Count(record => RecordFilters.Matches(half, record)), await collection.DeleteAsync(half, Cancellation));
        Assert.Equal(records.Where(record => !RecordFilters.Matches(half, record)).Select(static record => record.Key), await KeysAsync(collection, RecordFilter.All));
    }

    [Fact]
    public async Task Filters_ThatDoNotFitTheSchema_AreRefusedByEveryCall()
    {
        var collection = await CreateAsync(RecordFieldTests.Everything with { Vectors = [new("v", 1)] }, Row("a"));
        foreach (var filter in new[]
        {
            RecordFilter.Equal("colour", "red"), RecordFilter.Equal("text", "red"), RecordFilter.Equal("Text", 1L), RecordFilter.Equal("WholeNumber", 1d), RecordFilter.Equal("WholeNumber", 1), RecordFilter.Equal("Number", double.NaN),
            RecordFilter.Equal("Texts", "a"), RecordFilter.Compare("Text", RecordOperator.Less, "a"), RecordFilter.Compare("Boolean", RecordOperator.Greater, false), RecordFilter.Compare("WholeNumber", (RecordOperator)99, 1L),
            RecordFilter.AnyOf("Texts", [1L]), RecordFilter.Equal(RecordFilter.Key, 1L), RecordFilter.Equal(RecordFilter.Key, Guid.Empty),
        })
        {
            foreach (var nested in new[] { filter, RecordFilter.Not(filter), RecordFilter.And(RecordFilter.None, filter), RecordFilter.Or(RecordFilter.All, filter) })
            {
                await Assert.ThrowsAsync<ArgumentException>(() => collection.CountAsync(nested, Cancellation));
                await Assert.ThrowsAsync<ArgumentException>(() => collection.ListAsync(new RecordListing { Filter = nested }, Cancellation));
                await Assert.ThrowsAsync<ArgumentException>(async () => await collection.ScrollAsync(nested, includeVectors: false, Cancellation).ToListAsync(Cancellation));
                await Assert.ThrowsAsync<ArgumentException>(() => collection.DeleteAsync(nested, Cancellation));
                await Assert.ThrowsAsync<ArgumentException>(() => collection.SearchAsync(new RecordSearch { Filter = nested, Vectors = [new("v", new float[] { 1 })] }, Cancellation));
            }
        }

        Assert.Equal(1, await collection.CountAsync(RecordFilter.All, Cancellation));
    }

    [Fact]
    public async Task Filters_WithHundredsOfValues_AreAnswered()
    {
        var collection = await CreateAsync(RecordFieldTests.Everything, [.. Enumerable.Range(0, 200).Select(static i => Row($"{i:d3}", ("Texts", new object?[] { $"group{i}", $"group{i + 1000}" })))]);

        Assert.Equal(100, await collection.CountAsync(RecordFilter.AnyOf("Texts", [.. Enumerable.Range(0, 1100).Select(static i => $"group{2 * i}")]), Cancellation));
        var deep = Enumerable.Range(0, 100).Aggregate(RecordFilter.Equal(RecordFilter.Key, "007"), static (filter, _) => RecordFilter.Not(RecordFilter.And(filter)));
        Assert.Equal(["007"], await KeysAsync(collection, deep));
    }

    private static Record[] Records(int count)
    {
        var random = new Random(7);
        object? Field(RecordField field) => random.Next(4) == 0 ? null
            : field.IsList ? Enumerable.Range(0, random.Next(4)).Select(_ => One(field.Type)).ToArray()
            : One(field.Type);
        object? One(RecordFieldType type) => Values[type][random.Next(Values[type].Length)];
        return [.. Enumerable.Range(0, count).Select(i => Row($"k{i:d3}", [.. RecordFieldTests.Everything.Fields.Select(field => (field.Name, Field(field)))]))];
    }

    private static Gen<RecordFilter> Filters(int depth)
    {
        var leaf = Gen.OneOf(Comparison(), Any(), Keys());
        if (depth == 0)
        {
            return leaf;
        }

        var parts = Gen.Choose(0, 3).SelectMany(count => Filters(depth - 1).ListOf(count));
        return Gen.Frequency(
            (2, leaf),
            (2, parts.Select(static filters => RecordFilter.And([.. filters]))),
            (2, parts.Select(static filters => RecordFilter.Or([.. filters]))),
            (2, Filters(depth - 1).Select(RecordFilter.Not)));
    }

    private static Gen<RecordFilter> Comparison() =>
        from field in Gen.Elements<RecordField>(RecordFieldTests.Everything.Fields)
        from value in Gen.Frequency((5, Gen.Elements(Values[field.Type]).Select(static value => (object?)value)), (1, Gen.Constant<object?>(null)))
        from @operator in Gen.Elements(field.IsList || field.Type is RecordFieldType.Text or RecordFieldType.Boolean ? [RecordOperator.Equal, RecordOperator.NotEqual] : Enum.GetValues<RecordOperator>())
        select RecordFilter.Compare(field.Name, @operator, field.IsList ? null : value);

    private static Gen<RecordFilter> Any() =>
        from field in Gen.Elements<RecordField>(RecordFieldTests.Everything.Fields)
        from count in Gen.Choose(0, 4)
        from values in Gen.Frequency((8, Gen.Elements(Values[field.Type]).Select(static value => (object?)value)), (1, Gen.Constant<object?>(null))).ListOf(count)
        select RecordFilter.AnyOf(field.Name, [.. values]);

    private static Gen<RecordFilter> Keys() =>
        Gen.Choose(0, 99).ListOf(3).Select(static keys => RecordFilter.AnyOf(RecordFilter.Key, [.. keys.Select(static key => (object?)$"k{key:d3}")]));
}
