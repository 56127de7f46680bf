using KernelHost.Memory.Records;

namespace KernelHost.Memory.Conformance;

/// <summary>Changes that are whole or not at all, between writers and readers of several stores on one database.</summary>
public abstract class RecordChangeTests : RecordStoreTestBase
{
    private const int Records = 40;

    private static readonly RecordSchema Schema = new()
    {
        Fields = [new("generation", RecordFieldType.WholeNumber) { IsIndexed = true }, new("text", RecordFieldType.Text) { SearchWeight = 1 }],
        Vectors = [new("v", 2)],
    };

    [Fact]
    public async Task Version_GoesUpWithEveryWrite()
    {
        var collection = await CreateAsync(Schema);
        var version = await VersionAsync(collection);
        foreach (var write in new Func<Task>[]
        {
            () => collection.UpsertAsync([Row("a")], Cancellation), () => collection.DeleteAsync(["a"], Cancellation), () => collection.UpsertAsync([Row("b")], Cancellation),
            () => collection.DeleteAsync(RecordFilter.All, Cancellation), async () => Assert.True(await collection.TryChangeAsync(new RecordChange(await VersionAsync(collection)), Cancellation)),
        })
        {
            await write();
            var next = await VersionAsync(collection);
            Assert.True(next > version, $"The version stayed at {next}.");
            version = next;
        }
    }

    [Fact]
    public async Task TryChange_OfTheExpectedVersion_UpsertsDeletesAndSetsProperties()
    {
        var collection = await CreateAsync(Schema, Row("a", ("text", "apple")), Row("b"));
        var change = new RecordChange(await VersionAsync(collection)) { Upserts = [Row("c", ("text", "cherry"))], Deletes = ["a", "missing"], Properties = new Dictionary<string, string> { ["model"] = "m" } };

        Assert.True(await collection.TryChangeAsync(change, Cancellation));
        Assert.Equal(["b", "c"], await KeysAsync(collection, RecordFilter.All));
        Assert.Equal("m", (await collection.GetStateAsync(Cancellation))!.Properties["model"]);
        Assert.Empty(await collection.SearchAsync(new RecordSearch { Keywords = new("apple") }, Cancellation));
        Assert.Single(await collection.SearchAsync(new RecordSearch { Keywords = new("cherry") }, Cancellation));

        Assert.True(await collection.TryChangeAsync(new RecordChange(await VersionAsync(collection)) { Upserts = [Row("d")] }, Cancellation));
        Assert.Equal("m", (await collection.GetStateAsync(Cancellation))!.Properties["model"]);
    }

    [Fact]
    public async Task TryChange_OfAKeyThatIsDeletedAndWritten_WritesIt()
    {
        var collection = await CreateAsync(Schema, Row("a", ("generation", 1L)));

        Assert.True(await collection.TryChangeAsync(new RecordChange(await VersionAsync(collection)) { Upserts = [Row("a", ("generation", 2L))], Deletes = ["a"] }, Cancellation));
        Assert.Equal(2L, Assert.Single(await collection.GetAsync(["a"], includeVectors: false, Cancellation))["generation"]);
    }

    [Fact]
    public async Task TryChange_OfAFormerVersion_ChangesNothing()
    {
        var collection = await CreateAsync(Schema, Row("a"));
        var version = await VersionAsync(collection);
        await collection.UpsertAsync([Row("b")], Cancellation);

        Assert.False(await collection.TryChangeAsync(new RecordChange(version) { Upserts = [Row("c")], Deletes = ["a"], Properties = new Dictionary<string, string> { ["x"] = "y" } }, Cancellation));
        Assert.Equal(["a", "b"], await KeysAsync(collection, RecordFilter.All));
        Assert.Empty((await collection.GetStateAsync(Cancellation))!.Properties);
    }

    [Fact]
    public async Task TryChange_ThatDoesNotFit_ChangesNothing()
    {
        var collection = await CreateAsync(Schema, Row("a"));
        var version = await VersionAsync(collection);

        await Assert.ThrowsAsync<MemoryException>(() => collection.TryChangeAsync(new RecordChange(version) { Upserts = [Row("b"), Row("c", ("colour", "red"))], Deletes = ["a"] }, Cancellation));
        Assert.Equal(["a"], await KeysAsync(collection, RecordFilter.All));
        Assert.Equal(version, await VersionAsync(collection));
    }

    [Fact]
    public async Task TryChange_UnderReaders_IsSeenWholeOrNotAtAll()
    {
        var collection = await CreateAsync(Schema, Generation(0));
        await using var other = await OpenAnotherAsync();
        var isWritten = false;
        var readers = new[] { collection, other.GetCollection(collection.Name) }.Select(reader => Task.Run(
            async () =>
            {
                var last = 0L;
                do
                {
                    var list = await reader.ListAsync(new RecordListing { Top = 1000 }, Cancellation);
                    Assert.Equal(Records, list.Count);
                    var generation = (long)Assert.Single(list.Select(static record => record["generation"]).Distinct())!;
                    Assert.True(generation >= last, "A reader went back in time.");
                    last = generation;
                    var hits = await reader.SearchAsync(new RecordSearch { Vectors = [new("v", new float[] { 1, 1 })], Top = 1000 }, Cancellation);
                    Assert.Equal(Records, hits.Count);
                    Assert.Single(hits.Select(static hit => hit.Record["generation"]).Distinct());
                }
                while (!Volatile.Read(ref isWritten));
            },
            Cancellation)).ToArray();

        for (var generation = 1L; generation <= 20; generation++)
        {
            // Other keys than before: a reader in between would see both or neither.
            object[] former = [.. Generation(generation - 1).Select(static record => record.Key)];
            Assert.True(await collection.TryChangeAsync(new RecordChange(await VersionAsync(collection)) { Upserts = Generation(generation), Deletes = former }, Cancellation));
        }

        Volatile.Write(ref isWritten, true);
        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task TryChange_ByWritersAtOnce_LosesNoIncrement()
    {
        var collection = await CreateAsync(Schema, Row("counter", ("generation", 0L)));
        await using var other = await OpenAnotherAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(
            async () =>
            {
                var mine = (writer % 2 == 0 ? Store : other).GetCollection(collection.Name);
                for (var done = 0; done < 5;)
                {
                    var version = await VersionAsync(mine);
                    var count = (long)Assert.Single(await mine.GetAsync(["counter"], includeVectors: false, Cancellation))["generation"]!;
                    done += await mine.TryChangeAsync(new RecordChange(version) { Upserts = [Row("counter", ("generation", count + 1))] }, Cancellation) ? 1 : 0;
                }
            },
            Cancellation)));

        Assert.Equal(20L, Assert.Single(await collection.GetAsync(["counter"], includeVectors: false, Cancellation))["generation"]);
    }

    [Fact]
    public async Task Upserts_ByWritersAtOnce_AreAllThere()
    {
        var collection = await CreateAsync(Schema);
        await using var other = await OpenAnotherAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(
            async () =>
            {
                var mine = (writer % 2 == 0 ? Store : other).GetCollection(collection.Name);
                for (var i = 0; i < 25; i++)
                {
                    await mine.UpsertAsync([Row($"{writer}-{i}", ("text", "common"), ("v", new float[] { writer, i + 1 }))], Cancellation);
                    Assert.Single(await mine.GetAsync([$"{writer}-{i}"], includeVectors: false, Cancellation));
                }
            },
            Cancellation)));

        foreach (var store in new[] { Store, other })
        {
            var mine = store.GetCollection(collection.Name);
            Assert.Equal(100, await mine.CountAsync(RecordFilter.All, Cancellation));
            Assert.Equal(100, (await mine.SearchAsync(new RecordSearch { Keywords = new("common"), Top = 200 }, Cancellation)).Count);
            Assert.Equal(100, (await mine.SearchAsync(new RecordSearch { Vectors = [new("v", new float[] { 1, 1 })], Top = 200 }, Cancellation)).Count);
        }
    }

    [Fact]
    public async Task Writes_OfOneStore_AreSeenByAnotherAtOnce()
    {
        var collection = await CreateAsync(Schema, Row("a", ("text", "apple"), ("v", new float[] { 1, 0 })));
        await using var store = await OpenAnotherAsync();
        var other = store.GetCollection(collection.Name);
        Assert.Single(await NearestAsync(other));

        await collection.UpsertAsync([Row("b", ("text", "apple"), ("v", new float[] { 1, 0 }))], Cancellation);
        Assert.Equal(2, (await NearestAsync(other)).Count);
        Assert.Equal(2, (await other.SearchAsync(new RecordSearch { Keywords = new("apple") }, Cancellation)).Count);

        await other.DeleteAsync(["a"], Cancellation);
        Assert.Equal("b", Assert.Single(await NearestAsync(collection)).Record.Key);

        await collection.DropAsync(Cancellation);
        Assert.Null(await other.GetStateAsync(Cancellation));
        await Assert.ThrowsAsync<MemoryException>(() => NearestAsync(other));
        await other.EnsureExistsAsync(Schema, NoProperties, Cancellation);
        await other.UpsertAsync([Row("c", ("v", new float[] { 1, 0 }))], Cancellation);
        Assert.Equal("c", Assert.Single(await NearestAsync(collection)).Record.Key);
    }

    private static Task<IReadOnlyList<RecordHit>> NearestAsync(RecordCollection collection) =>
        collection.SearchAsync(new RecordSearch { Vectors = [new("v", new float[] { 1, 0 })] }, Cancellation);

    private static Record[] Generation(long generation) =>
        [.. Enumerable.Range(0, Records).Select(i => Row($"{generation}-{i}", ("generation", generation), ("v", new float[] { 1, i + 1 })))];

    private static async Task<long> VersionAsync(RecordCollection collection) => (await collection.GetStateAsync(Cancellation))!.Version;
}
