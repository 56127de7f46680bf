using KernelHost.Memory;

namespace KernelHost.Tests.Memory;

public sealed class SearchTests : IDisposable
{
    private readonly MemoryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Search_KeywordOnly_FindsTheWordWithItsCitation()
    {
        _folder.Write("guide/returns.md", "---\ntitle: \"Returns\"\n---\n\n## Time limit\n\n### Shoes\n\nWithin thirty days.");
        using var store = _folder.Open();
        await _folder.IngestAsync(store, "**/*.md");

        var passage = (await MemoryFolder.SearchAsync(store, "thirty", 5)).Single();

        Assert.Equal(("guide/returns.md", "Within thirty days.", "Returns", "Time limit > Shoes"), (passage.Source, passage.Text, passage.Title, passage.Section));
    }

    [Fact]
    public async Task Search_SemanticModel_FindsMeaningWithoutASharedWord()
    {
        _folder.Write("a.md", "A puppy plays.");
        _folder.Write("b.md", "A kitten sleeps.");
        using var store = _folder.Open();
        await _folder.IngestAsync(store);

        var hit = (await MemoryFolder.ExplainAsync(store, "dog")).Hits.Single();

        Assert.Equal("a.md", hit.Passage.Source);
        Assert.Null(hit.Keywords);
        Assert.Equal(1, hit.Vector!.Rank);
    }

    [Fact]
    public async Task Search_BothLegs_AgreementWinsAndScoresAreTheFormula()
    {
        _folder.Write("both.md", "The dog.");
        _folder.Write("meaning.md", "The puppy puppy.");
        _folder.Write("word.md", "The dog saw a cat and a kitten and a refund.");
        using var store = _folder.Open();
        await _folder.IngestAsync(store);

        var result = await MemoryFolder.ExplainAsync(store, "dog");

        Assert.False(result.IsLexical);
        Assert.Equal(["both.md", "word.md", "meaning.md"], result.Hits.Select(hit => hit.Passage.Source));
        Assert.Equal([(1, 1), (2, 3), (null, 2)], result.Hits.Select(hit => (hit.Keywords?.Rank, hit.Vector?.Rank)));
        Assert.Equal([2.0 / 60, (1.0 / 61) + (1.0 / 62), 1.0 / 61], result.Hits.Select(hit => hit.Passage.Score), Near);
    }

    [Fact]
    public async Task Search_LexicalModel_WeighsKeywordsTwiceAndSaysSo()
    {
        _folder.Write("a.md", "The dog.");
        using var store = _folder.Open(isLexical: true);
        await _folder.IngestAsync(store);

        var result = await MemoryFolder.ExplainAsync(store, "dog");

        Assert.True(result.IsLexical);
        Assert.Equal((1 / 59.5) + (1 / 60.0), result.Hits.Single().Passage.Score, Near);
    }

    [Fact]
    public async Task Search_LexicalModelBelowItsFloor_BringsNoNeighboursOfItsOwn()
    {
        // Cosine to "dog": near.md 0.71, far.md 0.10. Both without the word itself.
        _folder.Write("near.md", "puppy cat");
        _folder.Write("far.md", "puppy cat cat cat cat cat cat cat cat cat cat");
        using var store = _folder.Open(isLexical: true);
        await _folder.IngestAsync(store);

        Assert.Equal(["near.md"], await MemoryFolder.SourcesAsync(store, "dog"));
        Assert.Empty(await MemoryFolder.SourcesAsync(store, "capital of France"));
    }

    [Fact]
    public async Task Search_Ties_AreOrderedByPathAndPlaceWhateverTheOrderOfIngestion()
    {
        _folder.Write("c.md", "The dog.");
        _folder.Write("d.md", "## X\n\nThe dog.\n\n## X\n\nThe dog.");
        using var store = _folder.Open();
        await _folder.IngestAsync(store);
        _folder.Write("b.md", "The dog.");
        await _folder.IngestAsync(store);
        _folder.Write("a.md", "The dog.");
        await _folder.IngestAsync(store);

        Assert.Equal(["a.md", "b.md", "c.md"], (await MemoryFolder.SourcesAsync(store, "dog")).Where(source => source != "d.md"));
        Assert.Equal(await MemoryFolder.SourcesAsync(store, "dog"), await MemoryFolder.SourcesAsync(store, "dog"));
        Assert.Equal(2, (await MemoryFolder.SourcesAsync(store, "dog", 2)).Length);
    }

    [Fact]
    public async Task Search_TitleAndHeading_CountMoreThanText()
    {
        _folder.Write("a.md", "# Shoes\n\nThey are mentioned beside the warranty.");
        _folder.Write("b.md", "# Warranty\n\nThey are mentioned beside the shoes.");
        using var store = _folder.Open();
        await _folder.IngestAsync(store);

        Assert.Equal(["b.md", "a.md"], await MemoryFolder.SourcesAsync(store, "warranty"));
        Assert.Equal(["a.md", "b.md"], await MemoryFolder.SourcesAsync(store, "shoe"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \t\n")]
    [InlineData("the of and how do I")]
    [InlineData("?!*\"'()")]
    [InlineData("🚀🔥")]
    [InlineData("\0\0")]
    public async Task Search_NothingToLookFor_FindsNothing(string query)
    {
        _folder.Write("a.md", "The dog of the house and how I do it. 🚀");
        using var store = _folder.Open();
        await _folder.IngestAsync(store);
        _folder.Generator.Texts.Clear();

        Assert.Empty(await MemoryFolder.SourcesAsync(store, query));
        Assert.Empty(_folder.Generator.Texts);
    }

    [Theory]
    [InlineData("dog\"")]
    [InlineData("\"dog")]
    [InlineData("dog*")]
    [InlineData("NEAR(dog")]
    [InlineData("dog AND")]
    [InlineData("NOT dog")]
    [InlineData("title : dog")]
    [InlineData("{title body} : ^dog")]
    [InlineData("dog'; DROP TABLE chunks; --")]
    [InlineData("dog\0")]
    [InlineData("dog 🐕")]
    [InlineData("dog \uD800")]
    [InlineData("$1 ?1 :x @y dog")]
    [InlineData("\u202Edog\u200B")]
    public async Task Search_HostileQuery_IsTakenLiterally(string query)
    {
        _folder.Write("a.md", "The dog.");
        using var store = _folder.Open();
        await _folder.IngestAsync(store);

        Assert.Equal(["a.md"], await MemoryFolder.SourcesAsync(store, query));
        Assert.Equal(1, (await MemoryFolder.InfoAsync(store)).Chunks);
    }

    [Fact]
    public async Task Search_QueryOfAMegabyte_LooksAtItsBeginning()
    {
        _folder.Write("a.md", "The dog.");
        using var store = _folder.Open();
        await _folder.IngestAsync(store);
        _folder.Generator.Texts.Clear();

        Assert.Equal(["a.md"], await MemoryFolder.SourcesAsync(store, "dog " + string.Concat(Enumerable.Range(0, 150_000).Select(i => $"w{i} "))));
        Assert.Empty(await MemoryFolder.SourcesAsync(store, new string('\uFDFA', 1_000_000)));
        Assert.All(_folder.Generator.Texts, text => Assert.InRange(text.Length, 1, 4096));
    }

    [Fact]
    public async Task Search_EmptyCollection_FindsNothing()
    {
        using var store = _folder.Open();
        await _folder.IngestAsync(store);
        Assert.Empty(await MemoryFolder.SourcesAsync(store, "dog"));
    }

    [Fact]
    public async Task Search_Collections_DoNotSeeEachOther()
    {
        _folder.Write("a.md", "The dog.");
        using var store = _folder.Open();
        await _folder.IngestAsync(store);
        var alone = (await MemoryFolder.ExplainAsync(store, "dog")).Hits.Single();
        for (var i = 0; i < 20; i++)
        {
            _folder.Write($"{i}.md", $"The dog number {i}.");
        }

        await store.IngestAsync(new IngestRequest("other", _folder.Documents, "*.md"), cancellationToken: MemoryFolder.Cancellation);

        // Not even through the frequency of words.
        var beside = (await MemoryFolder.ExplainAsync(store, "dog")).Hits.Single();
        Assert.Equal((alone.Keywords, alone.Vector, alone.Passage.Score), (beside.Keywords, beside.Vector, beside.Passage.Score));
        Assert.Equal(["docs", "other"], (await store.ListCollectionsAsync(MemoryFolder.Cancellation)).Select(collection => collection.Name));
    }

    private static bool Near(double left, double right) => Math.Abs(left - right) < 1e-6;
}
