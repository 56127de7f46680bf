using KernelHost.Catalog;
using KernelHost.Memory;

namespace KernelHost.Tests.Memory;

public sealed class DocumentRetrieverTests : IDisposable
{
    private readonly MemoryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Retrieve_FirstTime_IngestsOnceThenSearches()
    {
        _folder.Write("articles/a.md", "# Dogs\n\nThe dog.");
        using var store = _folder.Open();
        var retriever = DocumentRetriever.ForPlugin(store, Entry("help-center", "articles/**/*.md"), MemoryFolder.Anna);
        Assert.Empty(await store.ListCollectionsAsync(MemoryFolder.Cancellation));

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => retriever.RetrieveAsync(new RetrievalQuery("dog") { Top = 1 }, MemoryFolder.Cancellation)));

        Assert.All(answers, answer => Assert.Equal("articles/a.md", answer.Single().Source));
        Assert.Equal("pets/help-center", (await MemoryFolder.InfoAsync(store)).Name);
        Assert.Single(_folder.Generator.Texts, text => text.Contains("The dog."));
        Assert.Equal(1, (await retriever.PrepareAsync(cancellationToken: MemoryFolder.Cancellation)).Added);
    }

    [Fact]
    public async Task Prepare_FailedOnce_TriesAgain()
    {
        using var store = _folder.Open();
        var late = Path.Combine(_folder.Documents, "late");
        var retriever = new DocumentRetriever(store, new IngestRequest("docs", late, "*"), MemoryFolder.Anna);
        await Assert.ThrowsAsync<MemoryException>(() => retriever.RetrieveAsync(new RetrievalQuery("dog"), MemoryFolder.Cancellation));

        _folder.Write("late/a.md", "The dog.");
        Assert.Single(await retriever.RetrieveAsync(new RetrievalQuery("dog"), MemoryFolder.Cancellation));
    }

    [Fact]
    public async Task ForPlugin_OtherModelConfigured_EmbedsAnew()
    {
        _folder.Write("a.md", "The dog.");
        using (var before = _folder.Open())
        {
            await DocumentRetriever.ForPlugin(before, Entry("help", "*"), MemoryFolder.Anna).PrepareAsync(cancellationToken: MemoryFolder.Cancellation);
        }

        using var store = _folder.Open(model: "concepts-v2");
        var retriever = DocumentRetriever.ForPlugin(store, Entry("help", "*"), MemoryFolder.Anna);
        Assert.Single(await retriever.RetrieveAsync(new RetrievalQuery("puppy"), MemoryFolder.Cancellation));
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
