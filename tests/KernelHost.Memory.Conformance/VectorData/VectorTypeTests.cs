using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace KernelHost.Memory.Conformance.VectorData;

/// <summary>Every type of key, data and vector comes back as it was, from classes and from dictionaries; what cannot be kept is refused by name.</summary>
public abstract class VectorTypeTests : VectorStoreTestBase
{
    /// <summary>A record of any key and any data.</summary>
    public sealed class Holder<TKey, TValue>
    {
        public TKey Key { get; set; } = default!;

        public TValue? Value { get; set; }

        public ReadOnlyMemory<float>? Vector { get; set; }
    }

    private enum Colour
    {
        Red,
    }

    [Fact]
    public Task Bool_Kept_ComesBack() => CheckAsync(true, false);

    [Fact]
    public async Task WholeNumbers_Kept_ComeBack()
    {
        await CheckAsync<byte>(byte.MinValue, byte.MaxValue);
        await CheckAsync<sbyte>(sbyte.MinValue, sbyte.MaxValue);
        await CheckAsync<short>(short.MinValue, short.MaxValue);
        await CheckAsync<ushort>(ushort.MinValue, ushort.MaxValue);
        await CheckAsync(int.MinValue, int.MaxValue);
        await CheckAsync(uint.MinValue, uint.MaxValue);
        await CheckAsync(long.MinValue, long.MaxValue);
        await CheckAsync<ulong>(0, long.MaxValue);
    }

    [Fact]
    public async Task Numbers_Kept_ComeBack()
    {
        await CheckAsync(0.1f, float.MaxValue);
        await CheckAsync(0.1, double.Epsilon);
    }

    [Fact]
    public async Task TextsAndGuids_Kept_ComeBack()
    {
        await CheckAsync("", "Größe 漢字 🙂 '\";--");
        await CheckAsync(Guid.Empty, Guid.Parse("603840bf-cf91-4521-8b8e-8b6a2e75910a"));
    }

    [Fact]
    public async Task Times_Kept_ComeBack()
    {
        await CheckAsync(new DateTime(2020, 1, 1, 12, 30, 45), new DateTime(2024, 2, 29, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        await CheckAsync(new DateTimeOffset(2020, 1, 1, 12, 30, 45, TimeSpan.FromHours(2)), DateTimeOffset.UnixEpoch);
        await CheckAsync(DateOnly.MinValue, new DateOnly(2024, 2, 29));
        await CheckAsync(new TimeOnly(12, 30, 45).Add(TimeSpan.FromTicks(7)), TimeOnly.MinValue);
    }

    [Fact]
    public async Task LocalTimes_Kept_ComeBackAsTheSameMomentInUtc()
    {
        var local = new DateTime(2024, 7, 1, 12, 0, 0, DateTimeKind.Local);
        var read = await RoundTripAsync<DateTime>(local);

        Assert.Equal(DateTimeKind.Utc, read.Kind);
        Assert.Equal(local.ToUniversalTime(), read);
    }

    [Fact]
    public async Task Lists_Kept_ComeBack()
    {
        await CheckListAsync<string[]>(["foo", ""], []);
        await CheckListAsync<List<string>>(["foo", "bar"], ["x"]);
        await CheckListAsync<int[]>([1, -2], []);
        await CheckListAsync<List<DateTimeOffset>>([DateTimeOffset.UnixEpoch], []);
        await CheckListAsync<Guid[]>([Guid.Empty], [Guid.Parse("603840bf-cf91-4521-8b8e-8b6a2e75910a"), Guid.Empty]);
        await CheckListAsync<bool[]>([true, false], []);
        await CheckListAsync<double[]>([0.5], [1e300]);
    }

    [Fact]
    public void Types_ThatCannotBeKept_AreRefusedByName()
    {
        foreach (var type in new[] { typeof(decimal), typeof(Colour), typeof(object), typeof(int[,]), typeof(int?[]), typeof(Dictionary<string, string>), typeof(Uri), typeof(TimeSpan), typeof(Colour[]) })
        {
            var failure = Assert.Throws<NotSupportedException>(() => Store.GetDynamicCollection("records", Define(typeof(string), type)));
            Assert.Contains("'Value'", failure.Message, StringComparison.Ordinal);
        }

        Assert.Contains("'Key'", Assert.Throws<NotSupportedException>(() => Store.GetDynamicCollection("records", Define(typeof(DateTime), typeof(int)))).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Store.GetCollection<Guid, Holder<string, int>>("records", Define(typeof(string), typeof(int))));
        Assert.Throws<NotSupportedException>(() => Store.GetDynamicCollection("records", new() { Properties = [new VectorStoreKeyProperty("Key", typeof(string)), new VectorStoreDataProperty("Value", typeof(int)) { IsFullTextIndexed = true }] }));
    }

    [Fact]
    public async Task Keys_OfEveryType_AreWrittenReadAndDeleted()
    {
        await CheckKeyAsync("foo", "bar' --");
        await CheckKeyAsync(Guid.Empty, Guid.Parse("603840bf-cf91-4521-8b8e-8b6a2e75910a"));
        await CheckKeyAsync(0, int.MaxValue);
        await CheckKeyAsync(0L, long.MaxValue);
        await CheckKeyAsync(0UL, (ulong)long.MaxValue);
    }

    [Fact]
    public async Task Keys_ThatCannotBeKept_AreRefused()
    {
        var collection = await CreateAsync<ulong, Holder<ulong, int>>(Define(typeof(ulong), typeof(int)));
        await Assert.ThrowsAsync<ArgumentException>(() => collection.UpsertAsync(new Holder<ulong, int> { Key = ulong.MaxValue }, Cancellation));
        var byName = Store.GetCollection<string, Holder<string, int>>("texts", Define(typeof(string), typeof(int)));
        await byName.EnsureCollectionExistsAsync(Cancellation);
        await Assert.ThrowsAsync<ArgumentException>(() => byName.UpsertAsync(new Holder<string, int> { Key = null! }, Cancellation));
        await Assert.ThrowsAsync<ArgumentNullException>(() => byName.GetAsync((string)null!, cancellationToken: Cancellation));
        var byNumber = Store.GetCollection<int, Holder<int, int>>("numbers", Define(typeof(int), typeof(int)));
        await byNumber.EnsureCollectionExistsAsync(Cancellation);
        await Assert.ThrowsAsync<VectorStoreException>(() => byNumber.UpsertAsync(new Holder<int, int> { Key = -1 }, Cancellation));
        Assert.Throws<NotSupportedException>(() => Store.GetDynamicCollection("auto", new() { Properties = [new VectorStoreKeyProperty("Key", typeof(string)) { IsAutoGenerated = true }] }));
    }

    [Fact]
    public async Task Guids_ThatAreMissing_AreMadeAndGivenBack()
    {
        var definition = Define(typeof(Guid), typeof(int), isAutoGenerated: null);
        var records = new[] { new Holder<Guid, int> { Value = 1 }, new Holder<Guid, int> { Value = 2 }, new Holder<Guid, int> { Key = Guid.Parse("603840bf-cf91-4521-8b8e-8b6a2e75910a"), Value = 3 } };
        var collection = await CreateAsync<Guid, Holder<Guid, int>>(definition, records);

        Assert.Equal(3, records.Select(static record => record.Key).Distinct().Count());
        Assert.DoesNotContain(Guid.Empty, records.Select(static record => record.Key));
        Assert.Equal(2, (await collection.GetAsync(records[1].Key, cancellationToken: Cancellation))!.Value);
        records[1].Value = 9;
        await collection.UpsertAsync(records[1], Cancellation);
        Assert.Equal([1, 3, 9], (await ListAsync(collection, static record => true)).Select(static record => record.Value).Order());
        var dictionary = new Dictionary<string, object?> { ["Value"] = 4 };
        await Store.GetDynamicCollection("records", definition).UpsertAsync(dictionary, Cancellation);
        Assert.NotEqual(Guid.Empty, Assert.IsType<Guid>(dictionary["Key"]));
    }

    [Fact]
    public async Task Vectors_OfEveryType_ComeBack()
    {
        await CheckVectorAsync<ReadOnlyMemory<float>>(new float[] { 1, 2, 3 }, static vector => vector.ToArray());
        await CheckVectorAsync<ReadOnlyMemory<float>?>(new float[] { 1, 2, 3 }, static vector => vector!.Value.ToArray());
        await CheckVectorAsync<float[]>([1, 2, 3], static vector => vector);
        await CheckVectorAsync(new Embedding<float>(new float[] { 1, 2, 3 }), static vector => vector.Vector.ToArray());
    }

    private async Task CheckVectorAsync<TVector>(TVector vector, Func<TVector, float[]> read)
    {
        var collection = Store.GetDynamicCollection($"vectors {typeof(TVector)}", new()
        {
            Properties = [new VectorStoreKeyProperty("Key", typeof(string)), new VectorStoreVectorProperty("Vector", typeof(TVector), 3) { DistanceFunction = DistanceFunction.DotProductSimilarity }],
        });
        await collection.EnsureCollectionExistsAsync(Cancellation);
        await collection.UpsertAsync([new() { ["Key"] = "a", ["Vector"] = vector }, new() { ["Key"] = "none", ["Vector"] = null }], Cancellation);

        var record = await collection.GetAsync("a", new() { IncludeVectors = true }, Cancellation);
        Assert.Equal([1f, 2f, 3f], read((TVector)record!["Vector"]!));
        Assert.False((await collection.GetAsync("a", cancellationToken: Cancellation))!.ContainsKey("Vector"));
        Assert.Null((await collection.GetAsync("none", new() { IncludeVectors = true }, Cancellation))!["Vector"]);
        var result = Assert.Single(await collection.SearchAsync((object)vector!, 5, new() { IncludeVectors = true }, Cancellation).ToListAsync(Cancellation));
        Assert.Equal(14, result.Score!.Value, 1e-4);
        Assert.Equal([1f, 2f, 3f], read((TVector)result.Record["Vector"]!));
    }

    private async Task CheckKeyAsync<TKey>(TKey first, TKey second)
        where TKey : notnull
    {
        var collection = Store.GetCollection<TKey, Holder<TKey, int>>($"keys {typeof(TKey).Name}", Define(typeof(TKey), typeof(int)));
        await collection.EnsureCollectionExistsAsync(Cancellation);
        await collection.UpsertAsync([new() { Key = first, Value = 1 }, new() { Key = second, Value = 2 }], Cancellation);

        Assert.Equal(2, (await collection.GetAsync(second, cancellationToken: Cancellation))!.Value);
        Assert.Equal([first, second], (await collection.GetAsync([first, second], cancellationToken: Cancellation).ToListAsync(Cancellation)).Select(static record => record.Key));
        var dynamic = Store.GetDynamicCollection(collection.Name, Define(typeof(TKey), typeof(int)));
        Assert.Equal(first, Assert.IsType<TKey>((await dynamic.GetAsync(first, cancellationToken: Cancellation))!["Key"]));
        await Assert.ThrowsAsync<ArgumentException>(() => dynamic.GetAsync(3.5, cancellationToken: Cancellation));
        await collection.DeleteAsync(first, Cancellation);
        Assert.Null(await collection.GetAsync(first, cancellationToken: Cancellation));
        await dynamic.DeleteAsync([second, first], Cancellation);
        Assert.Empty(await ListAsync(collection, static record => true));
    }

    private async Task CheckAsync<T>(T first, T second)
    {
        foreach (var value in new[] { first, second })
        {
            Assert.Equal(value, await RoundTripAsync(value));
        }
    }

    private async Task CheckListAsync<T>(T first, T second)
        where T : class
    {
        Assert.Equal(first, await RoundTripAsync(first));
        Assert.Equal(second, await RoundTripAsync(second));
        Assert.Null(await RoundTripAsync<T>(null!));
    }

    private async Task<T?> RoundTripAsync<T>(T value)
    {
        var definition = Define(typeof(string), typeof(T));
        var collection = Store.GetCollection<string, Holder<string, T>>($"values {typeof(T)}", definition);
        await collection.EnsureCollectionExistsAsync(Cancellation);
        await collection.UpsertAsync([new() { Key = "a", Value = value }], Cancellation);
        var dynamic = Store.GetDynamicCollection(collection.Name, definition);
        await dynamic.UpsertAsync(new Dictionary<string, object?> { ["Key"] = "b", ["Value"] = value }, Cancellation);
        await dynamic.UpsertAsync(new Dictionary<string, object?> { ["Key"] = "null" }, Cancellation);

        var read = (await collection.GetAsync("a", cancellationToken: Cancellation))!.Value;
        Assert.Equal(read, (T?)(await dynamic.GetAsync("b", cancellationToken: Cancellation))!["Value"]);
        Assert.Null((await dynamic.GetAsync("null", cancellationToken: Cancellation))!["Value"]);
        return read;
    }

    private static VectorStoreCollectionDefinition Define(Type key, Type value, bool? isAutoGenerated = false) => new()
    {
        Properties =
        [
            new VectorStoreKeyProperty("Key", key) { IsAutoGenerated = isAutoGenerated },
            new VectorStoreDataProperty("Value", value),
            new VectorStoreVectorProperty("Vector", typeof(ReadOnlyMemory<float>?), 3),
        ],
    };
}
