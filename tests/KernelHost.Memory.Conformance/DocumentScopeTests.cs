using KernelHost.Memory.Retrieval;

namespace KernelHost.Memory.Conformance;

/// <summary>Documents are found by those who may see them, in every store.</summary>
public abstract class DocumentScopeTests : DocumentTestBase
{
    [Fact]
    public async Task Search_FindsWhatNamesAReader_OrNobody()
    {
        Write("all/open.md", "The dog is for all.");
        Write("staff/staff.md", "The dog is for staff.");
        await Memory.IngestAsync(Request("docs", "all") with { Tenant = "acme" }, cancellationToken: Cancellation);
        await Memory.IngestAsync(Request("staff", "staff") with { Tenant = "acme", Readers = ["staff", "bob"] }, cancellationToken: Cancellation);

        Assert.Equal(["open.md"], await SourcesAsync("dog", RetrievalScope.Of("anna", [], "acme")));
        Assert.Empty(await StaffAsync(RetrievalScope.Of("anna", ["sales", "Staff"], "acme")));
        Assert.Single(await StaffAsync(RetrievalScope.Of("bob", [], "acme")));
        Assert.Equal(["bob", "staff"], Assert.Single(await StaffAsync(RetrievalScope.Of("anna", ["sales", "staff"], "acme"))).Readers.Order(StringComparer.Ordinal));

        Task<IReadOnlyList<Passage>> StaffAsync(RetrievalScope scope) => Memory.SearchAsync("staff", "dog", scope, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task Search_OfATenant_FindsItsOwnAlone_AndCountsItsWordsAlone()
    {
        Write("acme/a.md", "The dog barks.");
        for (var i = 0; i < 20; i++)
        {
            Write($"other/{i}.md", $"The dog number {i}.");
        }

        await Memory.IngestAsync(Request(directory: "acme") with { Tenant = "acme" }, cancellationToken: Cancellation);
        var alone = await ExplainAsync("acme");
        var report = await Memory.IngestAsync(Request(directory: "other") with { Tenant = "other" }, cancellationToken: Cancellation);

        Assert.Equal((20, 0), (report.Added, report.Removed));
        var beside = await ExplainAsync("acme");
        Assert.Equal(("a.md", alone.Keywords, alone.Fused), (beside.Passage.Source, beside.Keywords, beside.Fused));
        Assert.DoesNotContain("a.md", await SourcesAsync("dog", RetrievalScope.Of("eve", [], "other")));
        Assert.Empty(await SourcesAsync("dog", RetrievalScope.Of("eve", [], "third")));

        // Each tenant's documents are replaced by its own.
        Delete("acme/a.md");
        Write("acme/b.md", "The cat purrs.");
        await Memory.IngestAsync(Request(directory: "acme") with { Tenant = "acme" }, cancellationToken: Cancellation);
        Assert.Equal(["b.md"], await SourcesAsync("cat", RetrievalScope.Of("anna", [], "acme")));
        Assert.Equal(21, Assert.Single(await Memory.ListCollectionsAsync(Cancellation)).Documents);

        async Task<SearchHit> ExplainAsync(string tenant) => Assert.Single(
            (await Memory.Search.SearchAsync("docs", "dog barks", RetrievalScope.Of("anna", [], tenant), new SearchOptions { Explain = true }, cancellationToken: Cancellation)).Hits);
    }

    [Fact]
    public async Task Search_ByTheEyesOfNoTenant_RefusesASharedCollectionOrFindsNothing()
    {
        Write("a.md", "The dog.");
        await Memory.IngestAsync(Request() with { Tenant = "acme" }, cancellationToken: Cancellation);
        Assert.True(await Xunit.Record.ExceptionAsync(async () => Assert.Empty(await SourcesAsync("dog"))) is null or MemoryException);
    }

    [Fact]
    public async Task Search_BySourceAndTime_FindsWhatBothAllow()
    {
        var june = new DateTime(2025, 6, 1, 12, 0, 0, DateTimeKind.Utc);
        Write("guide/old.md", "The dog of old.", june.AddMonths(-1));
        Write("guide/deep/new.md", "The dog of June.", june);
        Write("notes/new.md", "The dog of June noted.", june);
        await IngestAsync();

        Assert.Equal(3, (await SourcesAsync("dog")).Length);
        Assert.Equal(["guide/deep/new.md", "guide/old.md"], await FoundAsync(new() { Sources = ["guide/"] }));
        Assert.Equal(["notes/new.md"], await FoundAsync(new() { Sources = ["notes/new.md", "elsewhere/"] }));
        Assert.Empty(await FoundAsync(new() { Sources = [] }));
        Assert.Equal(["guide/deep/new.md", "notes/new.md"], await FoundAsync(new() { ChangedSince = june }));
        Assert.Equal(["guide/old.md"], await FoundAsync(new() { ChangedBefore = june }));
        Assert.Equal(["guide/deep/new.md"], await FoundAsync(new() { Sources = ["guide/"], ChangedSince = june, ChangedBefore = june.AddSeconds(1) }));

        // What the host has narrowed, a filter does not widen.
        var narrow = Anna.Narrow(new() { Sources = ["guide/"] });
        Assert.Empty(await SourcesAsync("dog", narrow, new() { Sources = ["notes/"] }));

        async Task<IEnumerable<string>> FoundAsync(RetrievalFilter filter) => (await SourcesAsync("dog", filter: filter)).Order(StringComparer.Ordinal);
    }
}
