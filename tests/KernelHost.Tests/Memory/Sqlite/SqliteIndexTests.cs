using KernelHost.CrashHost;
using KernelHost.Memory.Conformance;
using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite;
using Record = KernelHost.Memory.Records.Record;

namespace KernelHost.Tests.Memory.Sqlite;

/// <summary>What is the embedded store's own: segments and their merges, caches that follow, vectors as bytes, tenants and readers by the hundred.</summary>
public sealed class SqliteIndexTests : IDisposable
{
    private static readonly Dictionary<string, string> NoProperties = [];
    private readonly SqliteDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Writes_ManySmallOnes_KeepFewSegmentsAndAnswersOfTheReference()
    {
        const int Operations = 24 * 12;
        using var store = _directory.OpenWith(new SqliteRecordStoreOptions { SurvivesPowerCut = false });
        var (ours, theirs) = (store.GetCollection("c"), new ReferenceRecordStore().GetCollection("c"));
        foreach (var collection in new[] { ours, theirs })
        {
            await collection.EnsureExistsAsync(MemoryOperations.Schema, NoProperties, Cancellation);
        }

        var most = 0L;
        for (var number = 0; number < Operations; number++)
        {
            // The versions of both go alike.
            var (upserts, deletes) = MemoryOperations.At(7, number);
            foreach (var collection in new[] { ours, theirs })
            {
                Assert.True(await collection.TryChangeAsync(new RecordChange(number) { Upserts = upserts, Deletes = deletes }, Cancellation));
            }

            most = Math.Max(most, _directory.Count("segments_1"));
            if (number % 6 == 0)
            {
                await SameAsync(theirs, ours, new RecordSearch { Keywords = new(Question(number)), Top = 1 + (number % 40), Explain = true });
                await SameAsync(theirs, ours, new RecordSearch { Keywords = new(Question(number)), Filter = RecordFilter.Compare("stars", RecordOperator.Greater, 2L), Top = 5 });
            }
        }

        Assert.InRange(most, 2, 40);
        Assert.Empty(await store.VerifyAsync(Cancellation));
        Assert.Equal(await theirs.CountAsync(RecordFilter.All, Cancellation), await ours.CountAsync(RecordFilter.All, Cancellation));
    }

    [Fact]
    public async Task Search_WordsOfManyWindows_PassesOverWhatCannotWinAndFindsTheRest()
    {
        // A common word whose postings lie in every window beside rare ones, whose blocks reach over many: what is passed over is passed over in the middle of blocks.
        var schema = new RecordSchema { Key = RecordKeyType.WholeNumber, Fields = [new("text", RecordFieldType.Text) { SearchWeight = 1 }] };
        var random = new Random(9);
        using var store = _directory.OpenWith(new SqliteRecordStoreOptions { SurvivesPowerCut = false });
        var (ours, theirs) = (store.GetCollection("c"), new ReferenceRecordStore().GetCollection("c"));
        foreach (var collection in new[] { ours, theirs })
        {
            await collection.EnsureExistsAsync(schema, NoProperties, Cancellation);
        }

        for (var batch = 0; batch < 10; batch++)
        {
            Record[] records = [.. Enumerable.Range(batch * 2000, 2000).Select(i => new Record((long)i)
            {
                Fields = new Dictionary<string, object?>
                {
                    ["text"] = string.Join(' ', (string[])[.. Enumerable.Repeat("common", 1 + random.Next(3)), .. Enumerable.Repeat("often", random.Next(3)), random.Next(300) == 0 ? "rare rare" : "other", random.Next(90) == 0 ? "seldom" : ""]),
                },
            })];
            await ours.UpsertAsync(records, Cancellation);
            await theirs.UpsertAsync(records, Cancellation);
        }

        foreach (var question in new[] { "rare common", "seldom often", "rare seldom often common", "common", "seldom rare" })
        {
            await SameAsync(theirs, ours, new RecordSearch { Keywords = new(question), Top = 10 });
            await SameAsync(theirs, ours, new RecordSearch { Keywords = new(question), Top = 150 });
        }
    }

    [Fact]
    public async Task Verify_IndexThatDisagrees_SaysSo()
    {
        using var store = _directory.OpenWith(new SqliteRecordStoreOptions());
        var collection = store.GetCollection("c");
        await collection.EnsureExistsAsync(MemoryOperations.Schema, NoProperties, Cancellation);
        await collection.UpsertAsync(MemoryOperations.At(1, 1).Upserts, Cancellation);
        Assert.Empty(await store.VerifyAsync(Cancellation));

        _directory.Scalar("DELETE FROM packs_1");
        Assert.Equal(2, (await store.VerifyAsync(Cancellation)).Count);
        _directory.Scalar("DELETE FROM fields_1");
        Assert.Contains("have no fields", Assert.Single(await store.VerifyAsync(Cancellation)));
    }

    [Fact]
    public async Task Search_AfterAnotherProcessWrote_SeesIt()
    {
        using var store = _directory.Open();
        using var other = _directory.Open();
        var (ours, theirs) = (store.GetCollection("c"), other.GetCollection("c"));
        await ours.EnsureExistsAsync(MemoryOperations.Schema, NoProperties, Cancellation);
        var search = new RecordSearch { Keywords = new("apple"), Vectors = [new("embedding", new float[8])] };
        for (var i = 0; i < 20; i++)
        {
            await theirs.UpsertAsync([Chunk($"k{i}", "apple")], Cancellation);
            Assert.Equal(Math.Min(i + 1, 10), (await ours.SearchAsync(search, Cancellation)).Count);
            await ours.DeleteAsync([$"k{i - 9}"], Cancellation);
        }

        Assert.Equal(9, await theirs.CountAsync(RecordFilter.All, Cancellation));
        static Record Chunk(string key, string text) => new(key)
        {
            Fields = new Dictionary<string, object?> { ["text"] = text },
            Vectors = new Dictionary<string, ReadOnlyMemory<float>> { ["embedding"] = new float[] { 1, 2, 3, 4, 5, 6, 7, 8 } },
        };
    }

    [Theory]
    [InlineData(VectorDistance.Cosine)]
    [InlineData(VectorDistance.DotProduct)]
    [InlineData(VectorDistance.Euclidean)]
    [InlineData(VectorDistance.Manhattan)]
    public async Task Search_VectorsHeldAsBytes_GivesTheExactAnswer(VectorDistance distance)
    {
        var schema = new RecordSchema
        {
            Key = RecordKeyType.WholeNumber,
            Fields = [new("even", RecordFieldType.Boolean) { IsIndexed = true }],
            Vectors = [new("v", 37) { Distance = distance }],
        };
        var random = new Random(3);
        Record[] records = [.. Enumerable.Range(0, 6000).Select(i => new Record((long)i)
        {
            Fields = new Dictionary<string, object?> { ["even"] = i % 2 == 0 },
            Vectors = i % 7 == 0 ? new Dictionary<string, ReadOnlyMemory<float>>() : new Dictionary<string, ReadOnlyMemory<float>> { ["v"] = Vector(random, i % 5) },
        })];
        using var store = _directory.OpenWith(new SqliteRecordStoreOptions { ExactVectorBytes = 100_000 });
        var (ours, theirs) = (store.GetCollection("c"), new ReferenceRecordStore().GetCollection("c"));
        foreach (var collection in new[] { ours, theirs })
        {
            await collection.EnsureExistsAsync(schema, NoProperties, Cancellation);
            await collection.UpsertAsync(records, Cancellation);
        }

        for (var i = 0; i < 10; i++)
        {
            var search = new RecordSearch { Vectors = [new("v", Vector(random, i % 5))], Top = 25 };
            await SameAsync(theirs, ours, search);
            await SameAsync(theirs, ours, search with { Filter = RecordFilter.Equal("even", true) });
            await SameAsync(theirs, ours, search with { Filter = RecordFilter.Compare(RecordFilter.Key, RecordOperator.Less, 200L) });
        }
    }

    [Fact]
    public async Task Search_FiftyTenants_EachGetsWhatItWouldGetAlone()
    {
        const int Tenants = 50;
        var schema = new RecordSchema
        {
            Fields = [new("tenant", RecordFieldType.Text) { IsTenant = true }, new("text", RecordFieldType.Text) { SearchWeight = 1 }],
            Vectors = [new("embedding", 4)],
        };
        var random = new Random(11);
        Record[] records = [.. Enumerable.Range(0, 2000).Select(i => new Record($"k{i}")
        {
            Fields = new Dictionary<string, object?> { ["tenant"] = $"t{random.Next(Tenants)}", ["text"] = Question(random.Next()) + Question(random.Next()) },
            Vectors = new Dictionary<string, ReadOnlyMemory<float>> { ["embedding"] = new float[] { random.NextSingle(), random.NextSingle(), 1, 1 } },
        })];
        using var store = _directory.Open();
        var shared = store.GetCollection("shared");
        await shared.EnsureExistsAsync(schema, NoProperties, Cancellation);
        foreach (var part in records.Chunk(300))
        {
            await shared.UpsertAsync(part, Cancellation);
        }

        await shared.DeleteAsync([.. records.Take(400).Select(static record => record.Key)], Cancellation);
        for (var tenant = 0; tenant < Tenants; tenant++)
        {
            var name = $"t{tenant}";
            var alone = new ReferenceRecordStore().GetCollection("alone");
            await alone.EnsureExistsAsync(schema, NoProperties, Cancellation);
            await alone.UpsertAsync([.. records.Skip(400).Where(record => Equals(record["tenant"], name))], Cancellation);
            var search = new RecordSearch { Keywords = new(Question(tenant)), Tenant = name, Top = 30 };
            await SameAsync(alone, shared, search);
            await SameAsync(alone, shared, search with { Vectors = [new("embedding", new float[] { 1, 0, 0, 1 })], Explain = true });
        }
    }

    [Fact]
    public async Task Search_ReaderOfFiveHundredGroups_FindsWhatOneOfThemMaySee()
    {
        var schema = new RecordSchema { Fields = [new("text", RecordFieldType.Text) { SearchWeight = 1 }, new("readers", RecordFieldType.Text) { IsList = true, IsIndexed = true }] };
        using var store = _directory.Open();
        var (ours, theirs) = (store.GetCollection("c"), new ReferenceRecordStore().GetCollection("c"));
        var random = new Random(5);
        Record[] records = [.. Enumerable.Range(0, 1500).Select(i => new Record($"k{i:0000}")
        {
            Fields = new Dictionary<string, object?>
            {
                ["text"] = "apple " + Question(i),
                ["readers"] = i % 10 == 0 ? null : Enumerable.Range(0, random.Next(4)).Select(_ => (object)$"group-{random.Next(5000)}").ToArray(),
            },
        })];
        foreach (var collection in new[] { ours, theirs })
        {
            await collection.EnsureExistsAsync(schema, NoProperties, Cancellation);
            await collection.UpsertAsync(records, Cancellation);
        }

        object[] groups = [.. Enumerable.Range(0, 500).Select(i => (object)$"group-{i * 9}")];
        var filter = RecordFilter.Or(RecordFilter.Equal("readers", null), RecordFilter.AnyOf("readers", groups));
        Assert.InRange(await ours.CountAsync(filter, Cancellation), 200, 600);
        await SameAsync(theirs, ours, new RecordSearch { Keywords = new("apple"), Filter = filter, Top = 1000 });
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Question(int seed) =>
        string.Join(' ', Enumerable.Range(0, 5).Select(i => $"word{(char)('a' + ((seed >> (i * 2)) % 20 + 20) % 20)}{(char)('a' + (i * seed % 20 + 20) % 20)} "));

    private static float[] Vector(Random random, int cluster)
    {
        var centre = new Random(cluster);
        return [.. Enumerable.Range(0, 37).Select(_ => (float)(centre.NextDouble() - 0.5 + (0.05 * random.NextDouble())))];
    }

    private static async Task SameAsync(RecordCollection expected, RecordCollection actual, RecordSearch search)
    {
        var (left, right) = (await expected.SearchAsync(search, Cancellation), await actual.SearchAsync(search, Cancellation));
        Assert.Equal(left.Select(static hit => (hit.Record.Key, hit.Keywords?.Rank)), right.Select(static hit => (hit.Record.Key, hit.Keywords?.Rank)));
        Assert.All(left.Zip(right), static pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-5));
    }
}
