using System.Text;
using KernelHost.Memory;

namespace KernelHost.Tests.Memory;

public sealed class IngestionTests : IDisposable
{
    private readonly MemoryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ingest_SecondTimeUnchanged_EmbedsAndWritesNothing()
    {
        _folder.Write("a.md", "# A\n\nAbout the dog.");
        _folder.Write("sub/b.md", "# B\n\nAbout the cat.");
        using (var store = _folder.Open())
        {
            var first = await _folder.IngestAsync(store, "**/*.md");
            Assert.Equal((2, 0, 0, 0, 2), (first.Added, first.Updated, first.Removed, first.Unchanged, first.EmbeddedChunks));
        }

        var written = File.ReadAllBytes(_folder.Index);
        _folder.Generator.Texts.Clear();
        using (var store = _folder.Open())
        {
            var second = await _folder.IngestAsync(store, "**/*.md");
            Assert.Equal((0, 0, 0, 2, 0), (second.Added, second.Updated, second.Removed, second.Unchanged, second.EmbeddedChunks));
        }

        Assert.Empty(_folder.Generator.Texts);
        Assert.Equal(written, File.ReadAllBytes(_folder.Index));
    }

    [Fact]
    public async Task Ingest_NewTimeStampOnly_EmbedsNothing()
    {
        var file = _folder.Write("a.md", "# A\n\nAbout the dog.");
        using var store = _folder.Open();
        await _folder.IngestAsync(store);
        _folder.Generator.Texts.Clear();

        File.SetLastWriteTimeUtc(file, new DateTime(2025, 6, 1, 0, 0, 0, DateTimeKind.Utc));
        var report = await _folder.IngestAsync(store);

        Assert.Equal((0, 1), (report.Updated, report.Unchanged));
        Assert.Empty(_folder.Generator.Texts);
    }

    [Fact]
    public async Task Ingest_FileRewrittenInTheSameMomentWithTheSameSize_IsNoticed()
    {
        var file = Path.Combine(_folder.Documents, "a.md");
        // Ahead of the clock, so that the file is still young however long a busy machine takes to come to the next line.
        var now = DateTime.UtcNow.AddHours(1);
        File.WriteAllText(file, "# A\n\nAbout the dog.");
        File.SetLastWriteTimeUtc(file, now);
        using var store = _folder.Open();
        await _folder.IngestAsync(store);

        File.WriteAllText(file, "# A\n\nAbout the cat.");
        File.SetLastWriteTimeUtc(file, now);

        Assert.Equal(1, (await _folder.IngestAsync(store)).Updated);
        Assert.Equal(["a.md"], await MemoryFolder.SourcesAsync(store, "kitten"));
    }

    [Fact]
    public async Task Ingest_EditedAddedDeletedRenamed_FollowsAndEmbedsOnlyNewChunks()
    {
        _folder.Write("edit.md", "# Edit\n\n## One\n\nThe dog stays.\n\n## Two\n\nThe cat goes.");
        var gone = _folder.Write("gone.md", "# Gone\n\nA refund.");
        var old = _folder.Write("old.md", "# Moved\n\nA parcel.");
        using var store = _folder.Open();
        await _folder.IngestAsync(store);
        _folder.Generator.Texts.Clear();

        _folder.Write("edit.md", "# Edit\n\n## One\n\nThe dog stays.\n\n## Two\n\nThe kitten comes now.");
        _folder.Write("new.md", "# New\n\nA puppy.");
        File.Delete(gone);
        File.Move(old, Path.Combine(_folder.Documents, "moved.md"));
        var report = await _folder.IngestAsync(store);

        Assert.Equal((2, 1, 2, 0, 2), (report.Added, report.Updated, report.Removed, report.Unchanged, report.EmbeddedChunks));
        Assert.Equal(["Edit\nTwo\nThe kitten comes now.", "New\nA puppy."], _folder.Generator.Texts.Order());
        Assert.Empty(await MemoryFolder.SourcesAsync(store, "refund"));
        Assert.Equal(["moved.md"], await MemoryFolder.SourcesAsync(store, "parcel"));
        Assert.DoesNotContain(await MemoryFolder.SearchAsync(store, "goes", 5), passage => passage.Text.Contains("goes"));
    }

    [Fact]
    public async Task Ingest_ChunkTwiceInOneDocument_IsThereTwiceAndEmbeddedOnce()
    {
        _folder.Write("a.md", "## Same\n\nThe dog.\n\n## Same\n\nThe dog.");
        using var store = _folder.Open();
        Assert.Equal(1, (await _folder.IngestAsync(store)).EmbeddedChunks);
        Assert.Equal(2, (await MemoryFolder.InfoAsync(store)).Chunks);

        _folder.Write("a.md", "## Same\n\nThe dog.");
        await _folder.IngestAsync(store);
        Assert.Equal(1, (await MemoryFolder.InfoAsync(store)).Chunks);
    }

    [Fact]
    public async Task Ingest_StrangeFiles_AreSkippedOrMendedWithAReason()
    {
        _folder.Write("empty.txt", "");
        _folder.Write("blank.md", " \n\n ");
        _folder.Write("title.md", "# Only a puppy title");
        File.WriteAllBytes(Path.Combine(_folder.Documents, "binary.txt"), [1, 2, 0, 3]);
        File.WriteAllBytes(Path.Combine(_folder.Documents, "latin.txt"), Encoding.Latin1.GetBytes("Der Müller und sein Kater, the cat, wohnen hier."));
        File.WriteAllBytes(Path.Combine(_folder.Documents, "noise.txt"), [.. Enumerable.Range(0, 200).Select(i => (byte)(0x80 + (i % 100)))]);
        File.WriteAllText(Path.Combine(_folder.Documents, "wide.txt"), "A parcel in UTF-16.", Encoding.Unicode);
        File.WriteAllText(Path.Combine(_folder.Documents, "large.txt"), new string('x', 2000));
        using var store = _folder.Open();

        for (var round = 0; round < 2; round++)
        {
            var report = await store.IngestAsync(
                new IngestRequest("docs", _folder.Documents, "*") { MaxFileBytes = 1000 }, cancellationToken: MemoryFolder.Cancellation);

            Assert.Equal(["binary.txt", "large.txt", "noise.txt"], report.Skipped.Select(notice => notice.Path));
            Assert.Contains("binary", report.Skipped[0].Reason);
            Assert.Contains("2,000 bytes", report.Skipped[1].Reason);
            Assert.Equal("latin.txt", Assert.Single(report.Warnings).Path);
            Assert.Equal(round == 0 ? (5, 0) : (0, 5), (report.Added, report.Unchanged));
        }

        Assert.Equal(["title.md"], await MemoryFolder.SourcesAsync(store, "title"));
        Assert.Equal(["wide.txt"], await MemoryFolder.SourcesAsync(store, "parcel"));
        Assert.Equal(["latin.txt"], await MemoryFolder.SourcesAsync(store, "Kater"));
    }

    [Fact]
    public async Task Ingest_FileBecomesBinary_IsRemovedFromTheIndex()
    {
        _folder.Write("a.txt", "The dog.");
        using var store = _folder.Open();
        await _folder.IngestAsync(store);

        File.WriteAllBytes(Path.Combine(_folder.Documents, "a.txt"), [0, 1, 2]);
        var report = await _folder.IngestAsync(store);

        Assert.Equal((1, 0, 1), (report.Removed, report.Unchanged, report.Skipped.Count));
        Assert.Empty(await MemoryFolder.SourcesAsync(store, "dog"));
    }

    [Fact]
    public async Task Ingest_HugeSingleLine_IsCutIntoPassages()
    {
        _folder.Write("line.txt", string.Concat(Enumerable.Repeat("word ", 200_000)) + "needle");
        _folder.Write("solid.txt", new string('a', 500_000));
        using var store = _folder.Open();

        await _folder.IngestAsync(store);

        var passage = (await MemoryFolder.SearchAsync(store, "needle", 1)).Single();
        Assert.EndsWith("needle", passage.Text);
        Assert.InRange(passage.Text.Length, 100, 1200);
    }

    [Fact]
    public async Task Ingest_LinksThatLeaveTheDirectory_AreNotFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Symbolic links need a privilege on Windows.");
        var outside = Path.Combine(_folder.Documents, "..", "outside");
        Directory.CreateDirectory(outside);
        File.WriteAllText(Path.Combine(outside, "secret.md"), "The secret dog.");
        var real = _folder.Write("real/a.md", "# A\n\nThe cat.");
        File.CreateSymbolicLink(Path.Combine(_folder.Documents, "inside.md"), real);
        File.CreateSymbolicLink(Path.Combine(_folder.Documents, "leaves.md"), Path.Combine(outside, "secret.md"));
        File.CreateSymbolicLink(Path.Combine(_folder.Documents, "nowhere.md"), Path.Combine(_folder.Documents, "absent.md"));
        Directory.CreateSymbolicLink(Path.Combine(_folder.Documents, "tree"), outside);
        Directory.CreateSymbolicLink(Path.Combine(_folder.Documents, "loop"), _folder.Documents);
        using var store = _folder.Open();

        var report = await _folder.IngestAsync(store, "**/*.md");

        Assert.Equal(2, report.Added);
        Assert.Equal(["leaves.md", "loop/", "nowhere.md", "tree/"], report.Skipped.Select(notice => notice.Path).Order(StringComparer.Ordinal));
        Assert.Empty(await MemoryFolder.SourcesAsync(store, "secret"));
    }

    [Theory]
    [InlineData("../*.md")]
    [InlineData("a/../../*.md")]
    [InlineData("/etc/*")]
    public async Task Ingest_PatternThatLeavesTheDirectory_IsRefused(string pattern)
    {
        using var store = _folder.Open();
        var exception = await Assert.ThrowsAsync<MemoryException>(() => _folder.IngestAsync(store, pattern));
        Assert.Contains(pattern, exception.Message);
    }

    [Fact]
    public async Task Ingest_DirectoryGone_KeepsTheCollection()
    {
        _folder.Write("a.md", "The dog.");
        using var store = _folder.Open();
        await _folder.IngestAsync(store);

        var exception = await Assert.ThrowsAsync<MemoryException>(
            () => store.IngestAsync(new IngestRequest("docs", _folder.Documents + "-gone", "**/*"), cancellationToken: MemoryFolder.Cancellation));

        Assert.Contains("does not exist", exception.Message);
        Assert.Equal(["a.md"], await MemoryFolder.SourcesAsync(store, "dog"));
    }

    [Fact]
    public async Task Ingest_Progress_EndsWithEverything()
    {
        for (var i = 0; i < 5; i++)
        {
            _folder.Write($"{i}.md", $"The dog number {i}.");
        }

        var seen = new List<IngestProgress>();
        using var store = _folder.Open(batchSize: 2);
        await store.IngestAsync(_folder.Request("*"), new Sink(seen), MemoryFolder.Cancellation);

        Assert.Equal(new IngestProgress(5, 5, 0, 0), seen[4]);
        Assert.Equal([2, 4, 5], seen.Skip(5).Select(progress => progress.EmbeddedChunks));
        Assert.Equal(new IngestProgress(5, 5, 5, 5), seen[^1]);
    }

    private sealed class Sink(List<IngestProgress> seen) : IProgress<IngestProgress>
    {
        public void Report(IngestProgress value) => seen.Add(value);
    }
}
