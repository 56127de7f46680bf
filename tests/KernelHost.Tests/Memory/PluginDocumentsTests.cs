using KernelHost.Catalog;
using KernelHost.Memory;

namespace KernelHost.Tests.Memory;

public sealed class PluginDocumentsTests : IDisposable
{
    private readonly MemoryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Prepare_SeveralTimesAtOnce_IngestsOnce()
    {
        _folder.Write("articles/a.md", "# Dogs\n\nThe dog.");
        using var store = _folder.Open();
        var documents = PluginDocuments.Of(store, Entry("help-center", "articles/**/*.md"));
        Assert.Empty(await store.ListCollectionsAsync(MemoryFolder.Cancellation));

        var reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => documents.PrepareAsync(progress: null, MemoryFolder.Cancellation)));

        Assert.All(reports, report => Assert.Same(reports[0], report));
        var passage = Assert.Single(await store.SearchAsync(documents.Collection, "dog", MemoryFolder.Anna, cancellationToken: MemoryFolder.Cancellation));
        Assert.Equal(("articles/a.md", "pets@1.2.0"), (passage.Source, passage.Ingester));
        Assert.Equal("pets/help-center", (await MemoryFolder.InfoAsync(store)).Name);
        Assert.Single(_folder.Generator.Texts, text => text.Contains("The dog."));
        Assert.Equal(1, reports[0].Added);
    }

    [Fact]
    public async Task Prepare_FailedOnce_TriesAgain()
    {
        using var store = _folder.Open();
        var late = Path.Combine(_folder.Documents, "late");
        var documents = new PluginDocuments(store, new IngestRequest("docs", late, "*"));
        await Assert.ThrowsAsync<MemoryException>(() => documents.PrepareAsync(progress: null, MemoryFolder.Cancellation));

        _folder.Write("late/a.md", "The dog.");
        Assert.Equal(1, (await documents.PrepareAsync(progress: null, MemoryFolder.Cancellation)).Added);
    }

    [Fact]
    public async Task ForPlugin_OtherModelConfigured_EmbedsAnew()
    {
        _folder.Write("a.md", "The dog.");
        using (var before = _folder.Open())
        {
            await PluginDocuments.Of(before, Entry("help", "*")).PrepareAsync(progress: null, MemoryFolder.Cancellation);
        }

        using var store = _folder.Open(model: "concepts-v2");
        var documents = PluginDocuments.Of(store, Entry("help", "*"));
        await documents.PrepareAsync(progress: null, MemoryFolder.Cancellation);
        Assert.Single(await store.SearchAsync(documents.Collection, "puppy", MemoryFolder.Anna, cancellationToken: MemoryFolder.Cancellation));
    }

    private CatalogRetriever Entry(string name, string pattern) => new()
    {
        PluginId = "pets",
        PluginVersion = "1.2.0",
        ContentHash = "",
        Name = name,
        ModelName = "pets-search_" + name,
        Description = "Pets.",
        PluginDirectory = _folder.Documents,
        DocumentPattern = pattern,
    };
}
