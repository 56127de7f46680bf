using KernelHost.Memory;
using KernelHost.Memory.Ingestion;

namespace KernelHost.Tests.Memory.Ingestion;

public sealed class DuplicateTests : IDisposable
{
    private const string Policy =
        "Our warranty covers every dog lead, collar and bowl that we sell against faults of material and making. Send the product back with its receipt, "
        + "say what is broken, and we repair it, replace it or pay the price back, whichever is quicker. Wear, chewing and lost parts are covered by nothing at all. "
        + "Keep the receipt for as long as you keep the product, because nobody can tell from the product alone when and where it was bought, and by whom.";

    private readonly MemoryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SamePassageInTwoDocuments_IsIndexedOnceAndTold()
    {
        _folder.Write("a.md", $"# A\n\n## Warranty\n\n{Policy}");
        _folder.Write("b.md", $"# B\n\n## Warranty\n\n{Policy}\n\n## More\n\nThe cat.");
        using var store = _folder.Open();

        var report = await _folder.IngestAsync(store);

        var notice = Assert.Single(report.Duplicates);
        Assert.Equal("b.md", notice.Path);
        Assert.Contains("1 of its 2 passages", notice.Reason);
        Assert.Contains("'a.md'", notice.Reason);
        Assert.Equal(2, report.EmbeddedChunks);
        Assert.Equal(["a.md"], await MemoryFolder.SourcesAsync(store, "chewing"));
        Assert.Equal(2, (await _folder.IngestAsync(store)).Unchanged);
    }

    [Fact]
    public async Task NearlyTheSamePassage_IsIndexedOnceUnlessAFactDiffers()
    {
        _folder.Write("a.md", Policy);
        _folder.Write("near.md", Policy.Replace("whichever is quicker", "whichever is faster", StringComparison.Ordinal).ToUpperInvariant());
        _folder.Write("number.md", Policy.Replace("every dog", "2 of 3 dog", StringComparison.Ordinal));
        _folder.Write("negation.md", Policy.Replace("are covered", "are not covered", StringComparison.Ordinal));
        using var store = _folder.Open();

        var report = await _folder.IngestAsync(store);

        Assert.Equal("near.md", Assert.Single(report.Duplicates).Path);
        Assert.Equal(["a.md", "negation.md", "number.md"], (await MemoryFolder.SourcesAsync(store, "chewing")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Records_AreOnlyTheSameWhenNothingDiffers()
    {
        var cells = string.Join(',', Enumerable.Range(0, 30).Select(i => $"value{(char)('a' + (i % 26))}"));
        var header = string.Join(',', Enumerable.Range(0, 30).Select(i => $"c{i}"));
        _folder.Write("a.csv", $"{header}\n{cells}\n{cells}\n{cells.Replace("valuez", "other", StringComparison.Ordinal)}\n");
        using var store = _folder.Open();

        var report = await _folder.IngestAsync(store);

        Assert.Contains("1 of its 3 passages", Assert.Single(report.Duplicates).Reason);
        Assert.Equal(2, (await MemoryFolder.InfoAsync(store)).Chunks);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task KeeperGoesAway_TheOtherTakesItsPlace(bool isDeleted)
    {
        var keeper = _folder.Write("a.md", Policy);
        _folder.Write("b.md", Policy);
        _folder.Write("c.md", Policy);
        using var store = _folder.Open();
        await _folder.IngestAsync(store);
        _folder.Generator.Texts.Clear();
        if (isDeleted)
        {
            File.Delete(keeper);
        }
        else
        {
            _folder.Write("a.md", "The cat lives here now.");
        }

        var report = await _folder.IngestAsync(store);

        Assert.Equal(["b.md"], await MemoryFolder.SourcesAsync(store, "chewing"));
        Assert.Equal("c.md", Assert.Single(report.Duplicates).Path);
        // The vector is the same, and was there.
        Assert.DoesNotContain(_folder.Generator.Texts, text => text.Contains("warranty", StringComparison.Ordinal));
    }

    [Fact]
    public async Task KeeperGoesAwayWhileTheOtherCannotBeRead_IsMadeUpForLater()
    {
        var keeper = _folder.Write("a.md", Policy);
        var other = _folder.Write("b.md", Policy);
        using var store = _folder.Open();
        await _folder.IngestAsync(store);
        File.Delete(keeper);
        using (new FileStream(other, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            await _folder.IngestAsync(store);
            Assert.Empty(await MemoryFolder.SourcesAsync(store, "chewing"));
        }

        await _folder.IngestAsync(store);
        Assert.Equal(["b.md"], await MemoryFolder.SourcesAsync(store, "chewing"));
    }

    [Fact]
    public async Task DocumentThatComesBeforeTheKeeper_DoesNotTakeItsPlace()
    {
        _folder.Write("b.md", Policy);
        using var store = _folder.Open();
        await _folder.IngestAsync(store);
        _folder.Write("a.md", Policy);

        Assert.Equal("a.md", Assert.Single((await _folder.IngestAsync(store)).Duplicates).Path);
        Assert.Equal(["b.md"], await MemoryFolder.SourcesAsync(store, "chewing"));
    }

    [Fact]
    public async Task OtherLabels_AreNoDuplicates()
    {
        _folder.Write("one/a.md", Policy);
        _folder.Write("two/a.md", Policy);
        using var store = _folder.Open();
        foreach (var tenant in new[] { "one", "two" })
        {
            var request = new IngestRequest("docs", Path.Combine(_folder.Documents, tenant), "*") { Tenant = tenant };
            var report = await store.IngestAsync(request, cancellationToken: MemoryFolder.Cancellation);
            Assert.Empty(report.Duplicates);
        }

        Assert.Equal(2, (await MemoryFolder.InfoAsync(store)).Chunks);
    }

    [Fact]
    public void Likeness_IsTheSameInEveryProcess() =>
        Assert.Equal([1051877127u, 4180485955u], Likeness.Of(Policy[..Policy.IndexOf(" Keep", StringComparison.Ordinal)])!.Bands.Take(2));
}
