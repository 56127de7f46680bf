using KernelHost.Memory.Retrieval;
using Microsoft.Extensions.AI;

namespace KernelHost.Memory.Conformance;

/// <summary>Documents are taken up, found, followed and embedded anew, in every store.</summary>
public abstract class DocumentMemoryTests : DocumentTestBase
{
    /// <summary>Several formats.</summary>
    protected void WriteHandbook()
    {
        Write("guide/pets.md", "---\ntitle: Pets\n---\n\n## Dogs\n\nA puppy plays.\n\n## Cats\n\nA kitten sleeps in the žluťoučký basket.");
        Write("fees.csv", "Country,Fee\nNorway,5 EUR\nChile,9 EUR\n");
        Write("orders.json", """[ { "order": "A-17", "state": "the parcel is on its way" }, { "order": "A-18", "state": "lost" } ]""");
        Write("scan.bin", "\0\u0001");
    }

    [Fact]
    public async Task Ingest_Directory_IsFoundByWordsAndByMeaningWithItsLabels()
    {
        WriteHandbook();
        var report = await IngestAsync();

        Assert.Equal((3, 0, 0, 0, 6), (report.Added, report.Updated, report.Removed, report.Unchanged, report.EmbeddedChunks));
        Assert.Equal("scan.bin", Assert.Single(report.Skipped).Path);
        Assert.Equal("fees.csv", (await SourcesAsync("fee for Chile"))[0]);
        Assert.Equal("orders.json", (await SourcesAsync("A-18"))[0]);
        var hits = (await Memory.Search.SearchAsync("docs", "dog", Anna, new SearchOptions { Explain = true }, cancellationToken: Cancellation)).Hits;
        var passage = Assert.Single(hits).Passage;
        Assert.Equal(("guide/pets.md", "Pets", "Dogs", Integrity.Untrusted, "host"), (passage.Source, passage.Title, passage.Section, passage.Integrity, passage.Ingester));
        Assert.Contains("A puppy plays.", passage.Text, StringComparison.Ordinal);
        Assert.Equal(64, passage.Version!.Length);
        // "Dogs" in the heading is the word, the puppy is the meaning.
        Assert.Equal((1, 1), (hits[0].Keywords?.Rank, hits[0].Vector?.Rank));
        Assert.Contains("žluťoučký", (await Memory.SearchAsync("docs", "ZLUTOUCKY", Anna, cancellationToken: Cancellation))[0].Text, StringComparison.Ordinal);
        Assert.Empty(await SourcesAsync("quantum chromodynamics"));
    }

    [Fact]
    public async Task Ingest_Again_FollowsWhatChanged()
    {
        WriteHandbook();
        await IngestAsync();
        Concepts.Texts.Clear();
        var same = await IngestAsync();
        Assert.Equal((0, 0, 0, 3, 0), (same.Added, same.Updated, same.Removed, same.Unchanged, same.EmbeddedChunks));

        Write("guide/pets.md", "---\ntitle: Pets\n---\n\n## Dogs\n\nA puppy plays.\n\n## Cats\n\nThe kitten has left us for the zeppelin.");
        Write("birds.txt", "The bird sings.");
        Delete("fees.csv");
        var changed = await IngestAsync();

        Assert.Equal((1, 1, 1, 1, 2), (changed.Added, changed.Updated, changed.Removed, changed.Unchanged, changed.EmbeddedChunks));
        Assert.Equal(2, Concepts.Texts.Count);
        Assert.Empty(await SourcesAsync("Chile"));
        Assert.Empty(await SourcesAsync("žluťoučký basket"));
        Assert.Equal(["guide/pets.md"], await SourcesAsync("zeppelin"));
        Assert.Equal(["birds.txt"], await SourcesAsync("bird"));
        var passages = await Memory.SearchAsync("docs", "puppy kitten", Anna, cancellationToken: Cancellation);
        Assert.Equal(2, passages.Count);
        Assert.Single(passages.Select(static passage => passage.Version).Distinct());
        Assert.Equal([new CollectionInfo("docs", 3, 5, "concepts-v1", 3)], await Memory.ListCollectionsAsync(Cancellation));
    }

    [Fact]
    public async Task Ingest_ByTwoProcessesAtOnce_TakesUpEachDocumentOnce()
    {
        WriteHandbook();
        var other = new MemoryStore(await OpenAnotherAsync(), Embedding);
        await using (other)
        {
            await Task.WhenAll(IngestAsync(), other.IngestAsync(Request(), cancellationToken: Cancellation));
            Assert.Equal([new CollectionInfo("docs", 3, 6, "concepts-v1", 3)], await other.ListCollectionsAsync(Cancellation));
            Assert.Single(await other.SearchAsync("docs", "Norway", Anna, cancellationToken: Cancellation));
        }
    }

    [Fact]
    public async Task Reembed_ToAnotherLength_LetsSearchesOfTheFormerModelGoOn()
    {
        WriteHandbook();
        await IngestAsync();
        List<string[]> meanwhile = [];
        using var concepts = new ConceptGenerator(["dog", "puppy"], ["cat", "kitten"], ["ship", "parcel"], ["order"], ["fee", "price"]);
        using var generator = new Interrupted(concepts, async () => meanwhile.Add(await SourcesAsync("dog")));
        var renewed = new MemoryStore(await OpenAnotherAsync(), new MemoryEmbedding(generator, "concepts-v2", isLexical: false) { BatchSize = 2 });
        await using (renewed)
        {
            var refusal = await Assert.ThrowsAsync<MemoryException>(() => renewed.SearchAsync("docs", "dog", Anna, cancellationToken: Cancellation));
            Assert.Contains("concepts-v1", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("concepts-v2", refusal.Message, StringComparison.Ordinal);

            Assert.Equal(6, await renewed.ReembedAsync("docs", cancellationToken: Cancellation));

            Assert.Equal(3, meanwhile.Count(static found => found is ["guide/pets.md"]));
            Assert.Equal([new CollectionInfo("docs", 3, 6, "concepts-v2", 5)], await renewed.ListCollectionsAsync(Cancellation));
            Assert.All(await renewed.SearchAsync("docs", "price", Anna, cancellationToken: Cancellation), static passage => Assert.Equal("fees.csv", passage.Source));
            Assert.Equal(0, await renewed.ReembedAsync("docs", cancellationToken: Cancellation));
            await Assert.ThrowsAsync<MemoryException>(() => SourcesAsync("dog"));

            // What was taken up stays taken up.
            var same = await renewed.IngestAsync(Request(), cancellationToken: Cancellation);
            Assert.Equal((3, 0), (same.Unchanged, same.EmbeddedChunks));
        }
    }

    [Fact]
    public async Task Collections_AreListedAndDeletedEachAlone()
    {
        Write("a/dog.md", "The dog.");
        Write("b/cat.md", "The cat.");
        string[] names = ["customer-support/help", "docs", "Příručka č. 7"];
        foreach (var name in names)
        {
            await Memory.IngestAsync(Request(name, name == "docs" ? "a" : "b"), cancellationToken: Cancellation);
        }

        Assert.Equal(names.Order(StringComparer.Ordinal), (await Memory.ListCollectionsAsync(Cancellation)).Select(static one => one.Name));
        Assert.True(await Memory.DeleteCollectionAsync("docs", Cancellation));
        Assert.False(await Memory.DeleteCollectionAsync("docs", Cancellation));
        Assert.Equal(["Příručka č. 7", "customer-support/help"], (await Memory.ListCollectionsAsync(Cancellation)).Select(static one => one.Name));
        Assert.Equal("cat.md", Assert.Single(await Memory.SearchAsync(names[2], "cat", Anna, cancellationToken: Cancellation)).Source);
        await Assert.ThrowsAsync<MemoryException>(() => SourcesAsync("dog"));

        // A name that was deleted may be used again, and knows nothing of before.
        await Memory.IngestAsync(Request("docs", "b"), cancellationToken: Cancellation);
        Assert.Equal(["cat.md"], await SourcesAsync("cat dog"));
    }

    // Calls back before each batch of documents; a query is one text.
    private sealed class Interrupted(ConceptGenerator inner, Func<Task> before) : DelegatingEmbeddingGenerator<string, Embedding<float>>(inner)
    {
        public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
        {
            var texts = values.ToList();
            if (texts.Count > 1)
            {
                await before();
            }

            return await base.GenerateAsync(texts, options, cancellationToken);
        }
    }
}
