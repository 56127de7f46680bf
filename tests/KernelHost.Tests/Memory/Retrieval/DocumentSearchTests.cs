using KernelHost.Memory;
using KernelHost.Memory.Conformance;
using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;
using KernelHost.Memory.Retrieval;

namespace KernelHost.Tests.Memory.Retrieval;

public sealed class DocumentSearchTests : IDisposable
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    private readonly DocumentHouse _house = new();

    [Fact]
    public async Task Search_Passage_CarriesItsLabelsAndWhatACitationNeeds()
    {
        await _house.AddAsync(new HouseDocument("a/pets.md", "# Pets\n\n## Dogs\n\nA dog barks.") { Readers = ["anyone"], Integrity = "typed", Version = "abc" });

        var passage = Assert.Single((await _house.FindAsync("dog")).Passages);

        Assert.Equal(("a/pets.md", "Pets", "abc", 0L, Integrity.Typed, "host"), (passage.Source, passage.Title, passage.Version, passage.Position, passage.Integrity, passage.Ingester));
        Assert.Equal(["anyone"], passage.Readers);
        Assert.Equal("|a/pets.md#0", passage.Id);
    }

    [Fact]
    public async Task Search_IntegrityThatIsNotKnown_IsUntrusted()
    {
        await _house.AddAsync(new HouseDocument("a.txt", "A dog barks.") { Integrity = "Trusted!" }, new HouseDocument("b.txt", "A dog sleeps."));

        Assert.All((await _house.FindAsync("dog")).Passages, static passage => Assert.Equal(Integrity.Untrusted, passage.Integrity));
    }

    [Theory]
    [InlineData("")]
    [InlineData("how do I")]
    [InlineData("🙂 ...")]
    public async Task Search_AQueryWithoutMeaning_FindsNothing(string query)
    {
        await _house.AddAsync(new HouseDocument("a.txt", "How do I do it?"));

        Assert.Empty((await _house.FindAsync(query)).Hits);
    }

    [Fact]
    public async Task Search_Sources_SingleOnesAndFolders()
    {
        await _house.AddAsync(new("a/x.txt", "dog"), new("a/b/y.txt", "dog"), new("ab/z.txt", "dog"), new("a", "dog"));

        Assert.Equal(["a/b/y.txt", "a/x.txt"], await FoundAsync(new RetrievalFilter { Sources = ["a/"] }));
        Assert.Equal(["a", "a/b/y.txt"], await FoundAsync(new RetrievalFilter { Sources = ["a/b/", "a"] }));
        Assert.Empty(await FoundAsync(new RetrievalFilter { Sources = [] }));
    }

    [Fact]
    public async Task Search_Time_FromSinceToBefore()
    {
        await _house.AddAsync(
            new("old.txt", "dog") { Time = Monday.AddDays(-1) }, new("monday.txt", "dog") { Time = Monday }, new("new.txt", "dog") { Time = Monday.AddDays(1) }, new("unknown.txt", "dog"));

        Assert.Equal(["monday.txt", "new.txt"], await FoundAsync(new RetrievalFilter { ChangedSince = Monday }));
        Assert.Equal(["old.txt"], await FoundAsync(new RetrievalFilter { ChangedBefore = Monday }));
        Assert.Equal(["monday.txt"], await FoundAsync(new RetrievalFilter { ChangedSince = Monday, ChangedBefore = Monday.AddDays(1) }));
    }

    [Fact]
    public async Task Search_AScopeThatWasNarrowed_IsNotWidenedByTheOptions()
    {
        await _house.AddAsync(new("a/x.txt", "dog"), new("b/y.txt", "dog"));
        var scope = DocumentHouse.Anyone.Narrow(new RetrievalFilter { Sources = ["a/"] });

        Assert.Equal(["a/x.txt"], await _house.SourcesAsync("dog", scope));
        Assert.Empty(await _house.SourcesAsync("dog", scope, new SearchOptions { Filter = new() { Sources = ["b/"] } }));
        Assert.Equal(["a/x.txt"], await _house.SourcesAsync("dog", scope, new SearchOptions { Where = RecordFilter.Or(RecordFilter.All, RecordFilter.Equal(DocumentSchema.Source, "b/y.txt")) }));
    }

    [Fact]
    public async Task Search_AFilterOfAnUnknownFieldOrOperator_IsRefused()
    {
        await _house.AddAsync(new HouseDocument("a.txt", "dog"));

        await Assert.ThrowsAsync<ArgumentException>(() => _house.FindAsync("dog", options: new() { Where = RecordFilter.Equal("owner", "me") }));
        await Assert.ThrowsAsync<ArgumentException>(() => _house.FindAsync("dog", options: new() { Where = RecordFilter.Compare(DocumentSchema.Time, (RecordOperator)99, Monday) }));
        // Even where nothing would be searched.
        await Assert.ThrowsAsync<ArgumentException>(() => _house.FindAsync("", options: new() { Where = RecordFilter.Equal("owner", "me") }));
    }

    [Fact]
    public async Task Search_NoSuchCollectionOrAnotherModel_IsRefusedWithTheCure()
    {
        Assert.Contains("no collection 'docs'", (await Assert.ThrowsAsync<MemoryException>(() => _house.FindAsync("dog"))).Message, StringComparison.Ordinal);

        await _house.AddAsync(new HouseDocument("a.txt", "dog"));
        var other = new DocumentSearch(_house.Store, new MemoryEmbedding(new ConceptGenerator(["dog"]), "concepts", isLexical: false));
        var exception = await Assert.ThrowsAsync<MemoryException>(
            () => other.SearchAsync(DocumentHouse.Collection, "dog", DocumentHouse.Anyone, new SearchOptions(), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("'kh-hash-char-v1'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'concepts'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_OneLeg_AsksOnlyThat()
    {
        var generator = new ConceptGenerator(["dog", "hound"], ["cat"]);
        using var house = new DocumentHouse(new MemoryEmbedding(generator, "concepts", isLexical: false));
        await house.AddAsync(new("a.txt", "A hound."), new("b.txt", "A dog."), new("c.txt", "A cat."));
        var asked = generator.Texts.Count;

        Assert.Equal(["b.txt"], await house.SourcesAsync("dog", options: new() { VectorWeight = 0 }));
        Assert.Equal(asked, generator.Texts.Count);
        Assert.Equal(["a.txt", "b.txt"], (await house.SourcesAsync("dog", options: new() { KeywordWeight = 0, VectorThreshold = 0.5f })).Order(StringComparer.Ordinal));
        Assert.Equal(["b.txt", "a.txt"], await house.SourcesAsync("dog", options: new() { VectorThreshold = 0.5f }));
    }

    [Fact]
    public async Task Search_Explain_TellsThePlaceInEachLeg()
    {
        using var house = new DocumentHouse(new MemoryEmbedding(new ConceptGenerator(["dog", "hound"], ["cat"]), "concepts", isLexical: false));
        await house.AddAsync(new("a.txt", "A hound."), new("b.txt", "A dog."));

        var answer = await house.FindAsync("dog", options: new() { Explain = true, VectorThreshold = 0.5f });

        Assert.False(answer.IsLexical);
        Assert.Equal(("b.txt", 1), (answer.Hits[0].Passage.Source, answer.Hits[0].Keywords!.Rank));
        Assert.Null(answer.Hits[1].Keywords);
        Assert.All(answer.Hits, static hit => Assert.Equal(1, hit.Vector!.Score, 5));
        Assert.Equal((1 / 60.0) + (1 / (60.0 + answer.Hits[0].Vector!.Rank - 1)), answer.Hits[0].Fused, 5);
    }

    [Fact]
    public async Task Search_FusedThreshold_LeavesTheRestOut()
    {
        await _house.AddAsync(new("a.txt", "dog"), new("b.txt", "dog and a long story of other things that make it weigh less"));
        var all = (await _house.FindAsync("dog")).Hits;

        Assert.Equal(2, all.Count);
        Assert.Single((await _house.FindAsync("dog", options: new() { FusedThreshold = (all[0].Fused + all[1].Fused) / 2 })).Hits);
    }

    [Theory]
    [InlineData(0, 50, 60, "Top")]
    [InlineData(5, 0, 60, "Depth")]
    [InlineData(5, 50, 0, "K")]
    public async Task Search_OptionOutOfRange_IsNamed(int top, int depth, int k, string name)
    {
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => _house.FindAsync("dog", options: new() { Top = top, Depth = depth, K = k }));
        Assert.StartsWith($"{name} is ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_Sections_AreShownWholeAndOnce()
    {
        await _house.AddAsync(
            new HouseDocument("pets.md", "# Pets\n\n## Dogs\n\nA dog barks.\nThe dog sleeps.\nIt eats at noon.\n\n## Cats\n\nA cat chases the dog.") { KeepsSections = true },
            new HouseDocument("flat.txt", "A dog on its own."));

        var small = (await _house.FindAsync("dog", options: new() { Top = 10 })).Passages;
        Assert.Equal(5, small.Count);

        var whole = (await _house.FindAsync("dog", options: new() { Top = 10, ShowSections = true })).Passages;
        Assert.Equal(3, whole.Count);
        Assert.Contains("It eats at noon.", whole.Single(static passage => passage.Section?.EndsWith("Dogs", StringComparison.Ordinal) ?? false).Text, StringComparison.Ordinal);
        Assert.Contains(whole, static passage => passage.Text == "A dog on its own.");
    }

    [Fact]
    public async Task Search_ASectionThatMayNotBeSeen_IsNotShownForItsChunk()
    {
        await _house.AddAsync(new HouseDocument("pets.md", "# Pets\n\n## Dogs\n\nA dog barks.\nSecret line.") { KeepsSections = true });
        var sections = await _house.Records.ListAsync(new() { Filter = RecordFilter.Equal(DocumentSchema.Kind, DocumentSchema.SectionKind) }, TestContext.Current.CancellationToken);
        await _house.Records.UpsertAsync(
            [.. sections.Select(static section => section with { Fields = new Dictionary<string, object?>(section.Fields) { [DocumentSchema.Readers] = new List<object?> { "board" } } })],
            TestContext.Current.CancellationToken);

        Assert.All((await _house.FindAsync("dog", options: new() { ShowSections = true })).Passages, static passage => Assert.DoesNotContain("barks.\nSecret", passage.Text, StringComparison.Ordinal));
        Assert.Contains(
            (await _house.FindAsync("dog", RetrievalScope.Of("carol", ["board"]), new() { ShowSections = true })).Passages, static passage => passage.Text.Contains("barks.\nSecret", StringComparison.Ordinal));
    }

    public void Dispose() => _house.Dispose();

    private async Task<IReadOnlyList<string>> FoundAsync(RetrievalFilter filter) =>
        [.. (await _house.SourcesAsync("dog", options: new() { Filter = filter })).Order(StringComparer.Ordinal)];
}
