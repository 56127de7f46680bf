using KernelHost.Memory;
using KernelHost.Memory.Conformance;

namespace KernelHost.Tests.Memory;

/// <summary>Readers see the old collection or the new one, whatever happens in between.</summary>
public sealed class IngestionSafetyTests : IDisposable
{
    private readonly MemoryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ingest_GeneratorThrowsInALaterBatch_LeavesTheOldIndexAndGoesOnWherePaid(bool isLexical)
    {
        _folder.Write("a.md", "The old dog.");
        using var store = _folder.Open(isLexical, batchSize: 1);
        await _folder.IngestAsync(store);
        _folder.Write("a.md", "The new dog text.");
        _folder.Write("b.md", "The cat.");
        _folder.Write("c.md", "The parcel.");
        _folder.Generator.OnBatch = batch => _ = batch == 4 ? throw new InvalidOperationException("provider is down") : 0;

        await Assert.ThrowsAsync<InvalidOperationException>(() => _folder.IngestAsync(store));

        _folder.Generator.OnBatch = null;
        Assert.Equal("The old dog.", (await MemoryFolder.SearchAsync(store, "dog", 5)).Single().Text);
        Assert.Equal(1, (await MemoryFolder.InfoAsync(store)).Chunks);
        _folder.Generator.Texts.Clear();
        using var next = _folder.Open(isLexical, batchSize: 1);
        var report = await _folder.IngestAsync(next);
        Assert.Equal((2, 1, 0), (report.Added, report.Updated, report.Removed));
        // Two batches had succeeded: those of a paid model are remembered, those of a hash are simply made again.
        Assert.Equal(isLexical ? 3 : 1, report.EmbeddedChunks);
    }

    [Fact]
    public async Task Ingest_FirstIngestionFails_LeavesNoCollection()
    {
        _folder.Write("a.md", "The dog.");
        _folder.Generator.OnBatch = _ => throw new InvalidOperationException("provider is down");
        using var store = _folder.Open();
        await Assert.ThrowsAsync<InvalidOperationException>(() => _folder.IngestAsync(store));
        Assert.Empty(await store.ListCollectionsAsync(MemoryFolder.Cancellation));
    }

    [Fact]
    public async Task Ingest_Cancelled_LeavesTheOldIndex()
    {
        _folder.Write("a.md", "The old dog.");
        using var store = _folder.Open(batchSize: 1);
        await _folder.IngestAsync(store);
        _folder.Write("a.md", "The brand new dog.");
        _folder.Write("b.md", "The cat.");
        using var cancellation = new CancellationTokenSource();
        _folder.Generator.OnBatch = batch => _ = batch == 3 ? Cancel(cancellation) : 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => store.IngestAsync(_folder.Request("*"), cancellationToken: cancellation.Token));

        _folder.Generator.OnBatch = null;
        Assert.Equal("The old dog.", (await MemoryFolder.SearchAsync(store, "dog", 5)).Single().Text);
        Assert.Empty(await MemoryFolder.SourcesAsync(store, "cat"));

        static int Cancel(CancellationTokenSource source)
        {
            source.Cancel();
            return 0;
        }
    }

    [Fact]
    public async Task Search_AnotherStoreIngested_SeesTheNewGeneration()
    {
        _folder.Write("a.md", "The dog.");
        using var one = _folder.Open();
        using var two = _folder.Open();
        await _folder.IngestAsync(one);
        Assert.Equal(["a.md"], await MemoryFolder.SourcesAsync(one, "puppy"));

        _folder.Write("b.md", "A puppy.");
        File.Delete(Path.Combine(_folder.Documents, "a.md"));
        await _folder.IngestAsync(two);

        Assert.Equal(["b.md"], await MemoryFolder.SourcesAsync(one, "dog"));
    }

    [Fact]
    public async Task Search_CollectionDeletedAndMadeAnewByAnotherStore_SeesTheNewOne()
    {
        _folder.Write("a.md", "The dog.");
        using var one = _folder.Open();
        using var two = _folder.Open();
        await _folder.IngestAsync(one);
        await MemoryFolder.SourcesAsync(one, "puppy");

        Assert.True(await two.DeleteCollectionAsync("docs", MemoryFolder.Cancellation));
        Assert.False(await two.DeleteCollectionAsync("docs", MemoryFolder.Cancellation));
        _folder.Write("a.md", "The kitten.");
        await _folder.IngestAsync(two);

        Assert.Empty(await MemoryFolder.SourcesAsync(one, "puppy"));
        Assert.Equal(["a.md"], await MemoryFolder.SourcesAsync(one, "cat"));
    }

    [Fact]
    public async Task Ingest_TwoStoresAtTheSameTime_DoubleNothing()
    {
        for (var i = 0; i < 20; i++)
        {
            _folder.Write($"{i}.md", $"# Document {i}\n\nThe dog number {i}.");
        }

        // Each waits in its first batch until the other has planned the same work.
        using var barrier = new Barrier(2);
        var generators = Enumerable.Range(0, 2).Select(_ => new ConceptGenerator(["dog"])).ToArray();
        foreach (var generator in generators)
        {
            generator.OnBatch = batch => _ = batch > 1 || barrier.SignalAndWait(TimeSpan.FromSeconds(30), MemoryFolder.Cancellation);
        }

        var reports = await Task.WhenAll(generators.Select(generator => Task.Run(async () =>
        {
            using var store = _folder.Open(batchSize: 4, generator: generator);
            return await _folder.IngestAsync(store);
        }, MemoryFolder.Cancellation)));

        Assert.Equal([0, 20], reports.Select(report => report.Added).Order());
        Assert.Equal([0, 20], reports.Select(report => report.Unchanged).Order());
        using var check = _folder.Open(generator: generators[0]);
        Assert.Equal(new CollectionInfo("docs", 20, 20, "concepts-v1", 1), (await MemoryFolder.InfoAsync(check)));
        Assert.Equal(20, (await MemoryFolder.SourcesAsync(check, "dog", 50)).Distinct().Count());
    }

    [Fact]
    public async Task Search_WhileIngesting_SeesWholeGenerationsOnly()
    {
        _folder.Write("a.md", "The dog in version 1.");
        _folder.Write("b.md", "The dog in version 1.");
        using var store = _folder.Open();
        await _folder.IngestAsync(store);
        using var writer = _folder.Open();
        var writing = Task.Run(async () =>
        {
            for (var version = 2; version < 30; version++)
            {
                var text = "The dog in version " + version + "." + new string(' ', version);
                _folder.Write("a.md", text);
                _folder.Write("b.md", text);
                await _folder.IngestAsync(writer);
            }
        }, MemoryFolder.Cancellation);
        do
        {
            var passages = await MemoryFolder.SearchAsync(store, "dog", 5);
            Assert.Equal(2, passages.Count);
            Assert.Equal(passages[0].Text, passages[1].Text);
        }
        while (!writing.IsCompleted);
        await writing;
    }
}
