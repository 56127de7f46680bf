using Articles;
using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite;
using KernelHost.Models.Offline;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.VectorData;

namespace KernelHost.Tests.Memory.VectorData;

/// <summary>The embedded vector store as its users get it.</summary>
public sealed class SqliteVectorStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Example_OfTheGuide_FindsTheArticle()
    {
        using var embeddings = new HashingEmbeddingGenerator();

        Assert.Equal("refunds", await ArticleSearch.FindAsync(Path.Combine(_directory.Path, "articles.db"), embeddings, "When do I get my money back?", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Store_Disposed_ClosesItsFile()
    {
        var store = new SqliteVectorStore(Path.Combine(_directory.Path, "a.db"));
        Assert.False(await store.CollectionExistsAsync("notes", TestContext.Current.CancellationToken));
        Assert.Equal("sqlite", Assert.IsType<VectorStoreMetadata>(store.GetService(typeof(VectorStoreMetadata))).VectorStoreSystemName);
        store.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.CollectionExistsAsync("notes", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task DependencyInjection_OfAFile_EmbedsWithTheRegisteredGenerator()
    {
        await using var provider = new ServiceCollection()
            .AddSingleton<IEmbeddingGenerator>(new HashingEmbeddingGenerator())
            .AddSqliteVectorStore(Path.Combine(_directory.Path, "a.db"))
            .BuildServiceProvider();
        var articles = provider.GetRequiredService<VectorStore>().GetCollection<string, Article>("articles");
        await articles.EnsureCollectionExistsAsync(TestContext.Current.CancellationToken);
        await articles.UpsertAsync(new Article { Id = "a", Text = "some words", Language = "en" }, TestContext.Current.CancellationToken);

        Assert.Equal("a", (await articles.SearchAsync("words", 1, cancellationToken: TestContext.Current.CancellationToken).SingleAsync(TestContext.Current.CancellationToken)).Record.Id);
        Assert.IsType<SqliteRecordStore>(provider.GetRequiredService<RecordStore>());
    }
}
