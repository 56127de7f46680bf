using KernelHost.Memory;
using KernelHost.Memory.Retrieval;

namespace KernelHost.Tests.Memory.Ingestion;

/// <summary>What is known of a document stands in each of its records.</summary>
public sealed class LabelTests : IDisposable
{
    private readonly MemoryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Chunks_CarryTheLabelsOfTheirDocument()
    {
        var file = _folder.Write("guide/dogs.md", "# Dogs\n\n## Care\n\nThe dog.");
        using var store = _folder.Open();
        await store.IngestAsync(_folder.Request() with { Readers = ["staff", "anna"], Integrity = Integrity.Trusted, Ingester = "pets@1.0.0" }, cancellationToken: MemoryFolder.Cancellation);

        var chunk = Assert.Single(await _folder.RecordsAsync("chunk"));

        Assert.Equal(("guide/dogs.md", "Dogs", "Care", "The dog.", 0L), (chunk["source"], chunk["title"], chunk["section"], chunk["text"], chunk["ordinal"]));
        Assert.Equal(["anna", "staff"], (IReadOnlyList<object?>)chunk["readers"]!);
        Assert.Equal(["guide/"], (IReadOnlyList<object?>)chunk["folders"]!);
        Assert.Equal(("trusted", "pets@1.0.0"), (chunk["integrity"], chunk["ingester"]));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))), chunk["version"]);
        Assert.Equal(new DateTimeOffset(File.GetLastWriteTimeUtc(file)), chunk["time"]);
        var document = Assert.Single(await _folder.RecordsAsync("document"));
        Assert.Equal(chunk["version"], document["version"]);
        Assert.Null(document["title"]);
    }

    [Fact]
    public async Task Readers_SeeWhatNamesThemAndOthersDoNot()
    {
        _folder.Write("a.md", "The dog.");
        using var store = _folder.Open();
        await store.IngestAsync(_folder.Request() with { Readers = ["staff"] }, cancellationToken: MemoryFolder.Cancellation);

        Assert.Empty(await store.SearchAsync("docs", "dog", RetrievalScope.Of("anna"), 5, MemoryFolder.Cancellation));
        Assert.Single(await store.SearchAsync("docs", "dog", RetrievalScope.Of("anna", ["staff"]), 5, MemoryFolder.Cancellation));
    }

    [Fact]
    public async Task OtherReaders_AreWrittenWithoutEmbedding()
    {
        _folder.Write("a.md", "The dog.");
        using var store = _folder.Open();
        await _folder.IngestAsync(store);
        _folder.Generator.Texts.Clear();

        var report = await store.IngestAsync(_folder.Request() with { Readers = ["staff"] }, cancellationToken: MemoryFolder.Cancellation);

        Assert.Equal((1, 0), (report.Updated, report.EmbeddedChunks));
        Assert.Empty(_folder.Generator.Texts);
        Assert.Empty(await MemoryFolder.SourcesAsync(store, "dog"));
    }

    [Fact]
    public async Task EditedDocument_GivesAllItsChunksTheNewVersionAndKeepsTheirKeys()
    {
        _folder.Write("a.md", "## One\n\nThe dog.\n\n## Two\n\nThe cat.");
        using var store = _folder.Open();
        await _folder.IngestAsync(store);
        var before = await _folder.RecordsAsync("chunk");

        _folder.Write("a.md", "## Zero\n\nThe parcel.\n\n## One\n\nThe dog.\n\n## Two\n\nThe cat.");
        var report = await _folder.IngestAsync(store);

        var after = await _folder.RecordsAsync("chunk");
        Assert.Equal(1, report.EmbeddedChunks);
        Assert.Equal(3, after.Count);
        Assert.Single(after.Select(chunk => chunk["version"]).Distinct());
        Assert.NotEqual(before[0]["version"], after[0]["version"]);
        Assert.Subset(after.Select(chunk => chunk.Key).ToHashSet(), before.Select(chunk => chunk.Key).ToHashSet());
        Assert.Equal([0L, 1L, 2L], after.Select(chunk => (long)chunk["ordinal"]!).Order());
    }

    [Fact]
    public async Task Tenants_ShareACollectionAndNothingElse()
    {
        _folder.Write("one/a.md", "The dog of one.");
        _folder.Write("two/a.md", "The dog of two.");
        using var store = _folder.Open();
        await IngestAsync("one");
        await IngestAsync("two");

        Assert.Equal("The dog of one.", Assert.Single(await store.SearchAsync("docs", "dog", RetrievalScope.Of("anna", tenant: "one"), 5, MemoryFolder.Cancellation)).Text);

        File.Delete(Path.Combine(_folder.Documents, "one", "a.md"));
        Assert.Equal(1, (await IngestAsync("one")).Removed);
        Assert.Empty(await store.SearchAsync("docs", "dog", RetrievalScope.Of("anna", tenant: "one"), 5, MemoryFolder.Cancellation));
        Assert.Single(await store.SearchAsync("docs", "dog", RetrievalScope.Of("anna", tenant: "two"), 5, MemoryFolder.Cancellation));
        Assert.Contains("Name the tenant", (await Assert.ThrowsAsync<MemoryException>(() => _folder.IngestAsync(store))).Message);

        Task<IngestReport> IngestAsync(string tenant) =>
            store.IngestAsync(new IngestRequest("docs", Path.Combine(_folder.Documents, tenant), "**/*") { Tenant = tenant }, cancellationToken: MemoryFolder.Cancellation);
    }

    [Fact]
    public async Task OtherDirectory_DoesNotReplaceUnlessItMay()
    {
        _folder.Write("one/a.md", "The dog.");
        _folder.Write("two/b.md", "The cat.");
        using var store = _folder.Open();
        var one = new IngestRequest("docs", Path.Combine(_folder.Documents, "one"), "*") { MayReplace = false };
        var two = one with { Directory = Path.Combine(_folder.Documents, "two") };
        await store.IngestAsync(one, cancellationToken: MemoryFolder.Cancellation);

        Assert.Contains(one.Directory, (await Assert.ThrowsAsync<MemoryException>(() => store.IngestAsync(two, cancellationToken: MemoryFolder.Cancellation))).Message);
        Assert.Contains("emptied", (await Assert.ThrowsAsync<MemoryException>(() => store.IngestAsync(one with { Patterns = ["*.typo"] }, cancellationToken: MemoryFolder.Cancellation))).Message);
        Assert.Equal(["a.md"], await MemoryFolder.SourcesAsync(store, "dog"));

        await store.IngestAsync(two with { MayReplace = true }, cancellationToken: MemoryFolder.Cancellation);
        Assert.Equal(["b.md"], await MemoryFolder.SourcesAsync(store, "cat"));
        Assert.Empty(await MemoryFolder.SourcesAsync(store, "dog"));
    }

    [Fact]
    public async Task DryRun_TellsAndChangesNothing()
    {
        _folder.Write("a.md", "The dog.");
        using var store = _folder.Open();

        var report = await store.IngestAsync(_folder.Request() with { IsDryRun = true }, cancellationToken: MemoryFolder.Cancellation);

        Assert.Equal((1, 1), (report.Added, report.EmbeddedChunks));
        Assert.Empty(_folder.Generator.Texts);
        Assert.Empty(await store.ListCollectionsAsync(MemoryFolder.Cancellation));
    }

    [Fact]
    public async Task HiddenFiles_AreLeftOutWhenAskedFor()
    {
        _folder.Write(".git/config.md", "The hidden dog.");
        _folder.Write(".env", "The secret dog.");
        _folder.Write("a.md", "The dog.");
        using var store = _folder.Open();

        Assert.Equal(1, (await store.IngestAsync(_folder.Request() with { IncludeHidden = false }, cancellationToken: MemoryFolder.Cancellation)).Added);
        Assert.Equal(3, (await _folder.IngestAsync(store)).Added + 1);
    }
}
