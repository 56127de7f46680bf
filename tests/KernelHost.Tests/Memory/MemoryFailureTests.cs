using KernelHost.Memory;
using KernelHost.Memory.Conformance;
using KernelHost.Memory.Ingestion;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.AI;

namespace KernelHost.Tests.Memory;

public sealed class MemoryFailureTests : IDisposable
{
    private readonly MemoryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ingest_LockedIndex_SaysSoAndLosesNothing()
    {
        await FillAsync();
        using var other = Connect();
        using var transaction = other.BeginTransaction();
        _folder.Write("b.md", "The cat.");
        using var store = _folder.Open();

        var exception = await Assert.ThrowsAsync<MemoryException>(() => _folder.IngestAsync(store));

        Assert.Contains("locked by another process", exception.Message);
        Assert.Equal(_folder.Index, exception.Path);
        Assert.Equal(["a.md"], await MemoryFolder.SourcesAsync(store, "dog"));
        transaction.Rollback();
        Assert.Equal(1, (await _folder.IngestAsync(store)).Added);
    }

    [Fact]
    public async Task Open_FileOfSomethingElse_IsRefusedAndLeftAlone()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Index)!);
        var text = new string('x', 5000);
        File.WriteAllText(_folder.Index, text);
        await ExpectAsync("is not a memory index", "delete");
        Assert.Equal(text, File.ReadAllText(_folder.Index));
    }

    [Fact]
    public async Task Open_DatabaseOfAnotherProgram_IsRefusedAndLeftAlone()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Index)!);
        Execute("CREATE TABLE mine (x); PRAGMA user_version=1;");
        await ExpectAsync("another program", "another path");
    }

    [Fact]
    public async Task Open_NewerFormat_IsRefusedAndLeftAlone()
    {
        await FillAsync();
        Execute("PRAGMA user_version=99");
        await ExpectAsync("'99'", "Update the host");
        Execute("PRAGMA user_version=2");
        using var store = _folder.Open();
        Assert.Equal(["a.md"], await MemoryFolder.SourcesAsync(store, "dog"));
    }

    [Fact]
    public async Task Open_DamagedPages_SaysHowToRebuildAndThenRebuilds()
    {
        await FillAsync();
        var bytes = File.ReadAllBytes(_folder.Index);
        bytes.AsSpan(4096).Fill(0x5A);
        File.WriteAllBytes(_folder.Index, bytes);
        await ExpectAsync("is damaged", $"delete '{_folder.Index}'");

        File.Delete(_folder.Index);
        using var store = _folder.Open();
        Assert.Equal(1, (await _folder.IngestAsync(store)).Added);
        Assert.Equal(["a.md"], await MemoryFolder.SourcesAsync(store, "dog"));
    }

    [Fact]
    public async Task Open_PathIsADirectory_SaysSo()
    {
        Directory.CreateDirectory(_folder.Index);
        await ExpectAsync("cannot be opened", "writable directory");
    }

    [Fact]
    public async Task Open_ParentIsAFile_SaysSo()
    {
        File.WriteAllText(Path.GetDirectoryName(_folder.Index)!, "in the way");
        await ExpectAsync("cannot be created", "another path");
    }

    [Theory]
    [InlineData(8, "read-only")]
    [InlineData(13, "disk is full")]
    [InlineData(10, "Check the disk")]
    [InlineData(267 & 0xFF, "is damaged")]
    [InlineData(1, "delete")]
    public void From_ResultCode_NamesFileAndCure(int code, string expected)
    {
        // Permissions do not bind root and a full disk is hard to come by; the codes are SQLite's documented ones.
        var exception = KernelHost.Memory.Sqlite.MemoryFailure.From(new SqliteException("oops", code), "/data/memory.db", TimeSpan.FromSeconds(5));
        Assert.Contains(expected, exception.Message);
        Assert.Contains("'/data/memory.db'", exception.Message);
    }

    [Fact]
    public async Task Search_UnknownCollection_NamesTheNearest()
    {
        await FillAsync();
        using var store = _folder.Open();
        var exception = await Assert.ThrowsAsync<MemoryException>(() => store.SearchAsync("dosc", "dog", MemoryFolder.Anna, 5, MemoryFolder.Cancellation));
        Assert.Contains("Did you mean 'docs'?", exception.Message);
    }

    [Fact]
    public async Task IngestAndSearch_OtherModel_AreRefusedUntilEmbeddedAnew()
    {
        await FillAsync();
        var generator = new ConceptGenerator(["cat"], ["dog"], ["bird"]);
        using var store = _folder.Open(model: "concepts-v2", generator: generator);

        foreach (var call in new Func<Task>[] { () => _folder.IngestAsync(store), () => MemoryFolder.SourcesAsync(store, "dog") })
        {
            var exception = await Assert.ThrowsAsync<MemoryException>(call);
            Assert.Contains("'concepts-v1'", exception.Message);
            Assert.Contains("'concepts-v2'", exception.Message);
        }

        Assert.Empty(generator.Texts);
        var report = await store.IngestAsync(
            new IngestRequest("docs", _folder.Documents, "*") { Reembed = true }, cancellationToken: MemoryFolder.Cancellation);
        Assert.Equal((1, 1), (report.Unchanged, report.EmbeddedChunks));
        Assert.Equal(new CollectionInfo("docs", 1, 1, "concepts-v2", 3), (await MemoryFolder.InfoAsync(store)));
        Assert.Equal(["a.md"], await MemoryFolder.SourcesAsync(store, "dog"));
        using var former = _folder.Open();
        await Assert.ThrowsAsync<MemoryException>(() => MemoryFolder.SourcesAsync(former, "dog"));
    }

    [Fact]
    public async Task IngestAndSearch_SameModelWithOtherDimensions_AreRefused()
    {
        await FillAsync();
        _folder.Write("b.md", "The cat.");
        using var store = _folder.Open(generator: new ConceptGenerator(["cat"], ["dog"]));
        Assert.Contains("'2' dimensions", (await Assert.ThrowsAsync<MemoryException>(() => _folder.IngestAsync(store))).Message);
        Assert.Contains("dimensions, not 2", (await Assert.ThrowsAsync<MemoryException>(() => MemoryFolder.SourcesAsync(store, "dog"))).Message);
    }

    [Fact]
    public async Task Ingest_SameModelWithOtherDimensionsKnownBefore_IsEmbeddedAnewWhenAllowed()
    {
        await FillAsync();
        var generator = new ConceptGenerator(["cat"], ["dog"]);
        using var store = _folder.Open(generator: generator, dimensions: 2);
        await store.IngestAsync(new IngestRequest("docs", _folder.Documents, "*") { Reembed = true }, cancellationToken: MemoryFolder.Cancellation);
        Assert.Equal(2, (await MemoryFolder.InfoAsync(store)).Dimensions);
        Assert.Equal(["a.md"], await MemoryFolder.SourcesAsync(store, "dog"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task Ingest_UselessVector_IsRefusedUnlessItIsAllZeros(float component)
    {
        _folder.Write("a.md", "The dog.");
        using var store = _folder.Open(model: "constant", generator: new ConstantGenerator([component, 0]));
        if (component == 0)
        {
            await _folder.IngestAsync(store);
            Assert.Equal(["a.md"], await MemoryFolder.SourcesAsync(store, "dog"));
            Assert.Empty(await MemoryFolder.SourcesAsync(store, "cat"));
            return;
        }

        Assert.Contains("finite", (await Assert.ThrowsAsync<MemoryException>(() => _folder.IngestAsync(store))).Message);
        Assert.Empty(await store.ListCollectionsAsync(MemoryFolder.Cancellation));
    }

    [Fact]
    public async Task Ingest_OlderFormat_IsBuiltAnew()
    {
        await FillAsync();
        using var open = _folder.OpenRecords();
        var records = open.GetCollection("docs");
        var document = (await _folder.RecordsAsync("document")).Single();
        var older = ((string)document["state"]!).Replace($"\"format\":{Chunk.Format}", "\"format\":1", StringComparison.Ordinal);
        await records.UpsertAsync([document with { Fields = new Dictionary<string, object?>(document.Fields) { ["state"] = older } }], MemoryFolder.Cancellation);
        using var store = _folder.Open();
        Assert.Equal(1, (await _folder.IngestAsync(store)).Updated);
        Assert.Equal(0, (await _folder.IngestAsync(store)).Updated);
        Assert.Equal(1, (await MemoryFolder.InfoAsync(store)).Chunks);
    }

    [Fact]
    public async Task Ingest_FileLockedByAWriter_KeepsWhatIsKnownOfIt()
    {
        await FillAsync();
        var file = _folder.Write("a.md", "The dog, edited.");
        using var store = _folder.Open();
        using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            var report = await _folder.IngestAsync(store);
            Assert.Contains("cannot be read", Assert.Single(report.Skipped).Reason);
            Assert.Equal(0, report.Removed);
        }

        Assert.Equal(["a.md"], await MemoryFolder.SourcesAsync(store, "dog"));
        Assert.Equal(1, (await _folder.IngestAsync(store)).Updated);
    }

    [Fact]
    public async Task Calls_AfterDispose_AreRefused()
    {
        var store = _folder.Open();
        store.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => MemoryFolder.SourcesAsync(store, "dog"));
    }

    private async Task FillAsync()
    {
        _folder.Write("a.md", "The dog.");
        using var store = _folder.Open();
        await _folder.IngestAsync(store);
    }

    private async Task ExpectAsync(params string[] parts)
    {
        foreach (var call in new Func<MemoryStore, Task>[] { store => _folder.IngestAsync(store), store => MemoryFolder.SourcesAsync(store, "dog") })
        {
            using var store = _folder.Open();
            var exception = await Assert.ThrowsAsync<MemoryException>(() => call(store));
            Assert.Contains(Path.GetDirectoryName(_folder.Index)!, exception.Message);
            Assert.All(parts, part => Assert.Contains(part, exception.Message));
        }
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={_folder.Index};Pooling=False");
        connection.Open();
        return connection;
    }

    private void Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed class ConstantGenerator(float[] vector) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(_ => new Embedding<float>(vector))));

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
