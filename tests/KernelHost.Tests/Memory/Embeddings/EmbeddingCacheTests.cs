using KernelHost.Memory.Conformance;
using KernelHost.Memory.Embeddings;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace KernelHost.Tests.Memory.Embeddings;

public sealed class EmbeddingCacheTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ConceptGenerator _generator = new(["dog"], ["cat"]);

    private string File => Path.Combine(_directory.Path, "data", "embeddings.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Generate_KnownTexts_AreNotAskedForAgain()
    {
        using (var first = new EmbeddingCache(_generator, File, "m"))
        {
            await GenerateAsync(first, "dog", "cat");
        }

        _generator.Texts.Clear();
        using var second = new EmbeddingCache(_generator, File, "m");
        var vectors = await GenerateAsync(second, "cat", "dog cat", "dog");

        Assert.Equal(["dog cat"], _generator.Texts);
        Assert.Equal([[0, 1], [1, 1], [1, 0]], vectors);
    }

    [Fact]
    public async Task Generate_OtherModel_IsAnotherMatter()
    {
        using var one = new EmbeddingCache(_generator, File, "one");
        using var two = new EmbeddingCache(new ConceptGenerator(["cat"]), File, "two");
        Assert.Equal([[1, 0]], await GenerateAsync(one, "dog"));
        Assert.Equal([[0]], await GenerateAsync(two, "dog"));
        Assert.Equal([[1, 0]], await GenerateAsync(one, "dog"));
    }

    [Fact]
    public async Task Generate_ModelWithAnotherLength_ForgetsTheFormerVectors()
    {
        using (var former = new EmbeddingCache(_generator, File, "m"))
        {
            await GenerateAsync(former, "dog");
        }

        using var cache = new EmbeddingCache(new ConceptGenerator(["dog"], ["cat"], ["bird"]), File, "m");
        Assert.Equal([[1, 0, 0], [0, 0, 1]], await GenerateAsync(cache, "dog", "bird"));
        using var known = new EmbeddingCache(new ConceptGenerator(["cat"]), File, "m", dimensions: 1);
        Assert.Equal([[0]], await GenerateAsync(known, "dog"));
    }

    [Fact]
    public async Task Generate_FileTooLarge_ForgetsWhatWasNotUsedForLongest()
    {
        var clock = new FakeTimeProvider();
        using var cache = new EmbeddingCache(_generator, File, "m", maxBytes: 200_000, timeProvider: clock);
        await GenerateAsync(cache, "dog");
        for (var i = 0; i < 40; i++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await GenerateAsync(cache, [.. Enumerable.Range(0, 100).Select(n => $"cat {i} {n}")]);
        }

        _generator.Texts.Clear();
        await GenerateAsync(cache, ["dog", .. Enumerable.Range(0, 100).Select(n => $"cat 39 {n}")]);
        Assert.Equal(["dog"], _generator.Texts);
        cache.Dispose();
        Assert.InRange(new FileInfo(File).Length, 1, 600_000);
    }

    [Fact]
    public async Task Generate_FileThatIsNoDatabase_AsksTheModel()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, new string('x', 5000));
        using var cache = new EmbeddingCache(_generator, File, "m");
        Assert.Equal([[1, 0]], await GenerateAsync(cache, "dog"));
        Assert.Equal(5000, new FileInfo(File).Length);
    }

    [Fact]
    public async Task Forget_TextsOfAnyModel_AreGone()
    {
        using var cache = new EmbeddingCache(_generator, File, "m");
        Assert.Equal(0, cache.Forget(["dog"]));
        await GenerateAsync(cache, "dog", "cat");
        Assert.Equal(1, cache.Forget(["dog", "never seen"]));
        _generator.Texts.Clear();
        await GenerateAsync(cache, "dog", "cat");
        Assert.Equal(["dog"], _generator.Texts);
    }

    private static async Task<float[][]> GenerateAsync(EmbeddingCache cache, params string[] texts) =>
        [.. (await cache.GenerateAsync(texts, options: null, MemoryFolder.Cancellation)).Select(embedding => embedding.Vector.ToArray())];
}
