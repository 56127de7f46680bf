using KernelHost.Memory;
using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite;
using Microsoft.Data.Sqlite;
using Record = KernelHost.Memory.Records.Record;

namespace KernelHost.Tests.Memory.Sqlite;

/// <summary>Files that are locked, damaged, full, of others or of other formats.</summary>
public sealed class SqliteFailureTests : IDisposable
{
    private static readonly RecordSchema Schema = new() { Fields = [new("text", RecordFieldType.Text) { SearchWeight = 1 }], Vectors = [new("v", 2)] };
    private readonly SqliteDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Write_LockedFile_SaysSoAndLosesNothing()
    {
        using var store = _directory.OpenWith(new SqliteRecordStoreOptions { BusyTimeout = TimeSpan.FromMilliseconds(50) });
        var collection = await FillAsync(store);
        using (var other = new SqliteConnection($"Data Source={_directory.File};Pooling=False"))
        {
            other.Open();
            using var transaction = other.BeginTransaction();
            var failure = await Assert.ThrowsAsync<MemoryException>(() => collection.DeleteAsync(["k1"], Cancellation));
            Assert.Contains("locked by another process", failure.Message);
            Assert.Equal(_directory.File, failure.Path);
            Assert.Single(await collection.GetAsync(["k1"], includeVectors: false, Cancellation));
        }

        await collection.DeleteAsync(["k1"], Cancellation);
        Assert.Empty(await store.VerifyAsync(Cancellation));
    }

    [Fact]
    public async Task Write_FullFile_SaysSoAndLosesNothing()
    {
        using var store = _directory.OpenWith(new SqliteRecordStoreOptions());
        var collection = await FillAsync(store);

        // SQLite says the same of a file that may not grow as of a full disk. The limit is the connection's, and the store has one while nobody calls it twice at once.
        var pages = (long)_directory.Scalar("PRAGMA page_count")!;
        await store.LimitPagesAsync(pages, Cancellation);
        var failure = await Assert.ThrowsAsync<MemoryException>(() => collection.UpsertAsync([.. Enumerable.Range(0, 2000).Select(i => Chunk($"new{i}"))], Cancellation));
        Assert.Contains("disk is full", failure.Message);
        Assert.Equal(20, await collection.CountAsync(RecordFilter.All, Cancellation));
        Assert.Empty(await store.VerifyAsync(Cancellation));
    }

    [Fact]
    public async Task Open_TornFile_SaysThatItIsDamaged()
    {
        using (var store = _directory.OpenWith(new SqliteRecordStoreOptions()))
        {
            await FillAsync(store);
        }

        var bytes = File.ReadAllBytes(_directory.File);
        bytes.AsSpan(8192).Fill(0x5A);
        File.WriteAllBytes(_directory.File, bytes);
        using var torn = _directory.Open();
        Assert.Contains("is damaged", (await Assert.ThrowsAsync<MemoryException>(() => torn.ListAsync(Cancellation))).Message);
    }

    [Fact]
    public async Task Search_DamagedValues_SaysSoAndStaysUsable()
    {
        using var store = _directory.OpenWith(new SqliteRecordStoreOptions());
        var collection = await FillAsync(store);
        _directory.Scalar("UPDATE vectors_1_0 SET vector = x'00' WHERE ordinal = 3");
        var search = new RecordSearch { Vectors = [new("v", new float[] { 1, 1 })] };
        Assert.Contains("is damaged", (await Assert.ThrowsAsync<MemoryException>(() => collection.SearchAsync(search, Cancellation))).Message);
        await collection.DeleteAsync(["k3"], Cancellation);
        Assert.Equal(10, (await collection.SearchAsync(search, Cancellation)).Count);
    }

    [Fact]
    public async Task Open_FormerFormat_IsMadeAnew()
    {
        _directory.Scalar("CREATE TABLE chunks (x); CREATE VIRTUAL TABLE words_1 USING fts5(body, content='', contentless_delete=1); PRAGMA application_id=1263029553; PRAGMA user_version=1");
        using var store = _directory.OpenWith(new SqliteRecordStoreOptions());
        Assert.Empty(await store.ListAsync(Cancellation));
        await FillAsync(store);
        Assert.Empty(await store.VerifyAsync(Cancellation));
        Assert.Empty(_directory.Tables("chunks"));
    }

    [Theory]
    [InlineData("PRAGMA user_version=99", "'99'")]
    [InlineData("PRAGMA application_id=5", "another program")]
    public async Task Open_OtherFile_IsRefusedAndLeftAlone(string change, string expected)
    {
        using (var store = _directory.OpenWith(new SqliteRecordStoreOptions()))
        {
            await FillAsync(store);
        }

        _directory.Scalar(change);
        using var other = _directory.Open();
        Assert.Contains(expected, (await Assert.ThrowsAsync<MemoryException>(() => other.ListAsync(Cancellation))).Message);
        Assert.Equal(1, _directory.Count("collections"));
    }

    [Fact]
    public async Task EnsureExists_WordsOfAnotherVersion_AreIndexedAnew()
    {
        using var store = _directory.OpenWith(new SqliteRecordStoreOptions());
        var collection = await FillAsync(store);
        _directory.Scalar("UPDATE contents SET words = 0; DELETE FROM packs_1");
        Assert.Contains("another version of the host", (await Assert.ThrowsAsync<MemoryException>(() => collection.CountAsync(RecordFilter.All, Cancellation))).Message);

        await collection.EnsureExistsAsync(Schema, new Dictionary<string, string>(), Cancellation);
        Assert.Equal(20, (await collection.SearchAsync(new RecordSearch { Keywords = new("apple"), Top = 50 }, Cancellation)).Count);
        Assert.Empty(await store.VerifyAsync(Cancellation));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<RecordCollection> FillAsync(SqliteRecordStore store)
    {
        var collection = store.GetCollection("c");
        await collection.EnsureExistsAsync(Schema, new Dictionary<string, string>(), Cancellation);
        await collection.UpsertAsync([.. Enumerable.Range(0, 20).Select(i => Chunk($"k{i}"))], Cancellation);
        return collection;
    }

    private static Record Chunk(string key) => new(key)
    {
        Fields = new Dictionary<string, object?> { ["text"] = $"apple of {key}" },
        Vectors = new Dictionary<string, ReadOnlyMemory<float>> { ["v"] = new float[] { 1, key.Length } },
    };
}
