using KernelHost.Memory;
using KernelHost.Memory.Records;

namespace KernelHost.Qdrant.Tests.Crashes;

/// <summary>A process dies, or sleeps while another works, at every request of a change and of a rebuild: readers see the old or the new content, whole.</summary>
public sealed class CrashTests
{
    private const int MostSteps = 60;

    private static readonly RecordSchema Schema = new()
    {
        Fields = [new("form", RecordFieldType.Text) { SearchWeight = 1 }],
        Vectors = [new("v", 2)],
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Change_OfAProcessThatDies_IsWholeOrNotAtAll(bool isSent) => EveryStepAsync(isRebuild: false, isSent, async (collection, version) =>
    {
        var change = new RecordChange(version) { Upserts = [Of("replaced", "new"), Of("added", "new")], Deletes = ["deleted"], Properties = new Dictionary<string, string> { ["form"] = "new" } };
        Assert.True(await collection.TryChangeAsync(change, Cancellation));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Rebuild_OfAProcessThatDies_IsWholeOrNotAtAll(bool isSent) => EveryStepAsync(isRebuild: true, isSent, async (collection, version) =>
    {
        var rebuild = new RecordRebuild(version, Schema, new[] { Of("kept", "old"), Of("replaced", "new"), Of("added", "new") }.ToAsyncEnumerable(), new Dictionary<string, string> { ["form"] = "new" });
        Assert.True(await collection.TryRebuildAsync(rebuild, Cancellation));
    });

    [Fact]
    public async Task Change_OfAProcessThatSleeps_DoesNotTouchThatOfAnother()
    {
        for (var step = 0; step < MostSteps; step++)
        {
            var options = await QdrantServer.OptionsAsync();
            await using var other = new QdrantRecordStore(options);
            var theirs = await PrepareAsync(other);
            var gate = new CallGate { SleepsAt = step };
            await using var store = new QdrantRecordStore(options, timeProvider: null, gate);
            var mine = store.GetCollection("c");
            var version = (await mine.GetStateAsync(Cancellation))!.Version;
            gate.Start();
            var sleeping = mine.TryChangeAsync(new RecordChange(version) { Upserts = [Of("replaced", "mine"), Of("added", "mine")], Deletes = ["kept"] }, Cancellation);
            if (await Task.WhenAny(gate.Reached, sleeping) == sleeping)
            {
                Assert.True(await sleeping);
                Assert.True(step > 5, $"The change took only {step} requests.");
                await QdrantServer.CleanAsync(options);
                return;
            }

            // Two changes of another, so that the places of records have moved on and come round again.
            var isOvertaken = (await theirs.GetStateAsync(Cancellation))!.Version == version;
            if (isOvertaken)
            {
                Assert.True(await theirs.TryChangeAsync(new RecordChange(version) { Upserts = [Of("replaced", "new"), Of("added", "new")], Deletes = ["deleted"] }, Cancellation));
                Assert.True(await theirs.TryChangeAsync(new RecordChange(version + 1) { Upserts = [Of("replaced", "newer")] }, Cancellation));
            }

            gate.Wake();
            Assert.Equal(!isOvertaken, await sleeping);
            Assert.Equal(isOvertaken ? "added=new kept=old replaced=newer" : "added=mine deleted=old replaced=mine", await ReadAsync(theirs));
            await QdrantServer.CleanAsync(options);
        }

        Assert.Fail("The change never ended.");
    }

    [Fact]
    public async Task Upsert_OfAProcessThatSleeps_IsThereAfterTheChangeOfAnother()
    {
        for (var step = 0; step < MostSteps; step++)
        {
            var options = await QdrantServer.OptionsAsync();
            await using var other = new QdrantRecordStore(options);
            var theirs = await PrepareAsync(other);
            var gate = new CallGate { SleepsAt = step };
            await using var store = new QdrantRecordStore(options, timeProvider: null, gate);
            var mine = store.GetCollection("c");
            await mine.GetStateAsync(Cancellation);
            gate.Start();
            var sleeping = mine.UpsertAsync([Of("replaced", "mine"), Of("deleted", "mine"), Of("added", "mine")], Cancellation);
            var isOver = await Task.WhenAny(gate.Reached, sleeping) == sleeping;
            if (!isOver)
            {
                var version = (await theirs.GetStateAsync(Cancellation))!.Version;
                Assert.True(await theirs.TryChangeAsync(new RecordChange(version) { Upserts = [Of("replaced", "new"), Of("added", "new")], Deletes = ["deleted"] }, Cancellation));
                gate.Wake();
            }

            await sleeping;
            // Written at the end, or, when all but the look at the outcome was done before, covered by the change: never both, never half a record.
            var read = await ReadAsync(theirs);
            Assert.True(read is "added=mine deleted=mine kept=old replaced=mine" or "added=new kept=old replaced=new", read);
            Assert.True(read.Contains("mine", StringComparison.Ordinal) || step > 2, $"The write was lost at step {step}.");
            await QdrantServer.CleanAsync(options);
            if (isOver)
            {
                return;
            }
        }

        Assert.Fail("The write never ended.");
    }

    [Fact]
    public async Task Upsert_OfAProcessThatSleepsAndDies_LeavesNoRecordTwice()
    {
        for (var step = 0; step < 8; step++)
        {
            var options = await QdrantServer.OptionsAsync();
            await using var other = new QdrantRecordStore(options);
            var theirs = await PrepareAsync(other);
            var gate = new CallGate { SleepsAt = step, DiesAt = step + 1 };
            await using var store = new QdrantRecordStore(options, timeProvider: null, gate);
            await store.GetCollection("c").GetStateAsync(Cancellation);
            gate.Start();
            var sleeping = store.GetCollection("c").UpsertAsync([Of("replaced", "mine")], Cancellation);
            if (await Task.WhenAny(gate.Reached, sleeping) != sleeping)
            {
                var version = (await theirs.GetStateAsync(Cancellation))!.Version;
                Assert.True(await theirs.TryChangeAsync(new RecordChange(version) { Upserts = [Of("replaced", "new")], Deletes = ["deleted"] }, Cancellation));
                gate.Wake();
            }

            await Xunit.Record.ExceptionAsync(() => sleeping);
            Assert.True(await ReadAsync(theirs) is "kept=old replaced=new" or "kept=old replaced=mine" or "deleted=old kept=old replaced=mine");
            await QdrantServer.CleanAsync(options);
        }
    }

    private static async Task EveryStepAsync(bool isRebuild, bool isSent, Func<RecordCollection, long, Task> work)
    {
        for (var step = 0; step < MostSteps; step++)
        {
            var options = await QdrantServer.OptionsAsync();
            await using var other = new QdrantRecordStore(options);
            var reader = await PrepareAsync(other);
            var gate = new CallGate { DiesAt = step, IsSent = isSent };
            await using var store = new QdrantRecordStore(options, timeProvider: null, gate);
            var version = (await store.GetCollection("c").GetStateAsync(Cancellation))!.Version;
            gate.Start();
            var failure = await Xunit.Record.ExceptionAsync(() => work(store.GetCollection("c"), version));
            Assert.True(failure is null or MemoryException, failure?.ToString());

            var read = await ReadAsync(reader);
            Assert.True(read is "deleted=old kept=old replaced=old" || read == "added=new kept=old replaced=new", read);
            Assert.True(failure is not null || read.Contains("new", StringComparison.Ordinal));

            // Whoever comes next is not in the way of what was left behind.
            await reader.UpsertAsync([Of("later", "new")], Cancellation);
            var next = (await reader.GetStateAsync(Cancellation))!;
            Assert.True(await reader.TryChangeAsync(new RecordChange(next.Version) { Upserts = [Of("replaced", "last")], Deletes = ["later", "deleted", "added"] }, Cancellation));
            Assert.Equal("kept=old replaced=last", await ReadAsync(reader));
            // A rebuild that died at its last step is finished by the next writer.
            var form = (await reader.GetStateAsync(Cancellation))!.Properties["form"];
            Assert.True(form == (read.Contains("added", StringComparison.Ordinal) ? "new" : "old") || (isRebuild && form == "new"), form);
            await QdrantServer.CleanAsync(options);
            await QdrantServer.AssertNothingLeftAsync(options);
            if (gate.HasOutlived)
            {
                Assert.True(step > 5, $"It took only {step} requests.");
                return;
            }
        }

        Assert.Fail("It never ended.");
    }

    private static async Task<RecordCollection> PrepareAsync(RecordStore store)
    {
        var collection = store.GetCollection("c");
        await collection.EnsureExistsAsync(Schema, new Dictionary<string, string> { ["form"] = "old" }, Cancellation);
        await collection.UpsertAsync([Of("kept", "old"), Of("replaced", "old"), Of("deleted", "old")], Cancellation);
        return collection;
    }

    private static Record Of(string key, string form) => new(key)
    {
        Fields = new Dictionary<string, object?> { ["form"] = form },
        Vectors = new Dictionary<string, ReadOnlyMemory<float>> { ["v"] = new float[] { 1, key.Length } },
    };

    // By every way of reading, which must agree.
    private static async Task<string> ReadAsync(RecordCollection collection)
    {
        var listed = Text(await collection.ListAsync(new RecordListing(), Cancellation));
        var scrolled = await collection.ScrollAsync(RecordFilter.All, includeVectors: false, Cancellation).ToListAsync(Cancellation);
        var got = await collection.GetAsync(["added", "deleted", "kept", "later", "replaced"], includeVectors: false, Cancellation);
        var found = await collection.SearchAsync(new RecordSearch { Vectors = [new("v", new float[] { 1, 1 })] }, Cancellation);
        var worded = await collection.SearchAsync(new RecordSearch { Keywords = new("old new mine newer last") }, Cancellation);
        Assert.Equal(listed, Text(scrolled));
        Assert.Equal(listed, Text(got));
        Assert.Equal(listed, Text(found.Select(static hit => hit.Record)));
        Assert.Equal(listed, Text(worded.Select(static hit => hit.Record)));
        Assert.Equal(scrolled.Count, await collection.CountAsync(RecordFilter.All, Cancellation));
        return listed;
    }

    private static string Text(IEnumerable<Record> records) =>
        string.Join(' ', records.Select(static record => $"{record.Key}={record["form"]}").Order(StringComparer.Ordinal));
}
