using KernelHost.Memory.Sqlite;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace Articles;

public sealed class Article
{
    [VectorStoreKey]
    public string Id { get; set; } = "";

    [VectorStoreData(IsFullTextIndexed = true)]
    public string Text { get; set; } = "";

    [VectorStoreData(IsIndexed = true)]
    public string Language { get; set; } = "";

    [VectorStoreData(IsIndexed = true)]
    public List<string> Topics { get; set; } = [];

    [VectorStoreVector(1024)]
    public string Embedded => Text;
}

public static class ArticleSearch
{
    public static async Task<string?> FindAsync(string file, IEmbeddingGenerator embeddings, string question, CancellationToken cancellationToken)
    {
        using var store = new SqliteVectorStore(file, embeddings);
        var articles = store.GetCollection<string, Article>("articles");
        await articles.EnsureCollectionExistsAsync(cancellationToken);
        await articles.UpsertAsync(
            [
                new() { Id = "refunds", Text = "You get your money back within five days.", Language = "en", Topics = ["orders", "money"] },
                new() { Id = "delivery", Text = "An order is delivered within two days.", Language = "en", Topics = ["orders"] },
                new() { Id = "erstattung", Text = "Sie erhalten Ihr Geld in fünf Tagen zurück.", Language = "de", Topics = ["orders", "money"] },
            ],
            cancellationToken);

        var hybrid = (IKeywordHybridSearchable<Article>)articles;
        var hits = hybrid.HybridSearchAsync(question, [question], top: 3, new() { Filter = article => article.Language == "en" && article.Topics.Contains("orders") }, cancellationToken);
        return (await hits.FirstOrDefaultAsync(cancellationToken))?.Record.Id;
    }
}
