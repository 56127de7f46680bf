using KernelHost.Memory.Records;

namespace KernelHost.Memory.Conformance;

/// <summary>Searches of a made-up corpus give what the reference store gives, hit by hit.</summary>
public abstract class RecordSearchTests : RecordStoreTestBase
{
    private const int Queries = 12;
    private readonly ReferenceRecordStore _reference = new();
    private readonly Record[] _corpus = SearchCorpus.Create(300, seed: 1);

    [Fact]
    public Task Search_ByWords_FindsWhatTheReferenceFinds() => CheckAsync(static random => new RecordSearch { Keywords = new(SearchCorpus.Words(random, random.Next(1, 6))) });

    [Theory]
    [InlineData(VectorDistance.Cosine)]
    [InlineData(VectorDistance.DotProduct)]
    [InlineData(VectorDistance.Euclidean)]
    [InlineData(VectorDistance.Manhattan)]
    public Task Search_ByAVector_FindsWhatTheReferenceFinds(VectorDistance distance) =>
        CheckAsync(random => new RecordSearch { Vectors = [new($"{distance}", SearchCorpus.Vector(random))] });

    [Fact]
    public Task Search_ByWordsAndAVector_FusesAsTheReference() => CheckAsync(static random => new RecordSearch
    {
        Keywords = new(SearchCorpus.Words(random, 3)) { Weight = random.Next(1, 4) },
        Vectors = [new("Cosine", SearchCorpus.Vector(random)) { Weight = 0.5f + random.NextSingle() }],
        K = random.Next(2) == 0 ? 60 : 2,
    });

    [Fact]
    public Task Search_BySeveralVectorsAndShallowLegs_FusesAsTheReference() => CheckAsync(static random => new RecordSearch
    {
        Keywords = random.Next(2) == 0 ? null : new(SearchCorpus.Words(random, 2)) { Depth = 5 },
        Vectors = [new("Cosine", SearchCorpus.Vector(random)) { Depth = 20 }, new("Manhattan", SearchCorpus.Vector(random)) { Depth = 7, Weight = 2 }],
        Top = 8,
    });

    [Fact]
    public Task Search_WithAFilterAndPages_FindsWhatTheReferenceFinds() => CheckAsync(static random => new RecordSearch
    {
        Keywords = new(SearchCorpus.Words(random, 4)),
        Vectors = random.Next(2) == 0 ? [] : [new("DotProduct", SearchCorpus.Vector(random))],
        Filter = RecordFilter.And(RecordFilter.Compare("stars", RecordOperator.GreaterOrEqual, 2L), RecordFilter.Not(RecordFilter.Equal("category", "c1"))),
        Skip = random.Next(60),
        Top = random.Next(1, 80),
    });

    [Fact]
    public Task Search_WithThresholds_LeavesOutWhatIsBelow() => CheckAsync(static random => new RecordSearch
    {
        Keywords = random.Next(2) == 0 ? null : new(SearchCorpus.Words(random, 3)) { Threshold = 2.5f },
        Vectors = [new("Cosine", SearchCorpus.Vector(random)) { Threshold = 0.2f }, .. random.Next(2) == 0 ? Array.Empty<VectorLeg>() : [new VectorLeg("Euclidean", SearchCorpus.Vector(random)) { Threshold = 2.4f }]],
        Top = 100,
    });

    [Fact]
    public Task Search_Explained_TellsThePlaceInEveryLeg() => CheckAsync(static random => new RecordSearch
    {
        Keywords = new(SearchCorpus.Words(random, 3)) { Depth = 30 },
        Vectors = [new("Cosine", SearchCorpus.Vector(random)), new("Euclidean", SearchCorpus.Vector(random)) { Depth = 10 }],
        Top = 20,
        Explain = true,
    });

    [Fact]
    public Task Search_OfOneLegExplained_TellsItsPlace() => CheckAsync(static random => random.Next(2) == 0
        ? new RecordSearch { Keywords = new(SearchCorpus.Words(random, 3)), Explain = true, Skip = 3 }
        : new RecordSearch { Vectors = [new("Manhattan", SearchCorpus.Vector(random))], Explain = true, Skip = 3 });

    [Fact]
    public async Task Search_AfterChangesOfTheCorpus_KeepsItsStatistics()
    {
        var (tested, reference) = await PrepareAsync();
        var random = new Random(3);
        for (var round = 0; round < 4; round++)
        {
            var changed = SearchCorpus.Create(400, seed: 10 + round)[(round * 60)..((round * 60) + 120)];
            object[] deleted = [.. Enumerable.Range(0, 40).Select(_ => $"doc-{random.Next(400):d4}")];
            foreach (var collection in new[] { tested, reference })
            {
                await collection.UpsertAsync(changed, Cancellation);
                await collection.DeleteAsync(deleted, Cancellation);
                await collection.DeleteAsync(RecordFilter.And(RecordFilter.Equal("category", $"c{round}"), RecordFilter.Equal("stars", 3L)), Cancellation);
            }

            var search = new RecordSearch { Keywords = new(SearchCorpus.Words(random, 4)), Vectors = [new("Cosine", SearchCorpus.Vector(random))], Explain = true };
            await SearchComparison.CheckAsync(search, tested, reference, Cancellation);
            await SearchComparison.CheckAsync(search with { Vectors = [], Top = 300 }, tested, reference, Cancellation);
        }
    }

    [Fact]
    public async Task Search_HitsBringTheWholeRecordAndVectorsOnlyWhenAsked()
    {
        var (tested, reference) = await PrepareAsync();
        var search = new RecordSearch { Vectors = [new("Cosine", SearchCorpus.Vector(new Random(5)))], Top = 5 };

        foreach (var hit in await tested.SearchAsync(search with { IncludeVectors = true }, Cancellation))
        {
            var expected = Assert.Single(await reference.GetAsync([hit.Record.Key], includeVectors: true, Cancellation));
            Assert.All(SearchCorpus.Schema.Fields, field => Assert.Equal(expected[field.Name], hit.Record[field.Name]));
            Assert.Equal(expected.Vectors.Keys.Order(), hit.Record.Vectors.Keys.Order());
            Assert.All(expected.Vectors, pair => Assert.All(pair.Value.ToArray().Zip(hit.Record.Vectors[pair.Key].ToArray()), static two => Assert.Equal(two.First, two.Second, 1e-5f)));
        }

        Assert.All(await tested.SearchAsync(search, Cancellation), static hit => Assert.Empty(hit.Record.Vectors));
    }

    [Fact]
    public async Task Search_EqualScores_AreOrderedByKey()
    {
        var collection = await CreateAsync(SearchCorpus.Schema, [.. new[] { "c", "a", "d", "b" }.Select(static key => Row(key, ("body", "same words"), ("Euclidean", Enumerable.Repeat(1f, SearchCorpus.Dimensions).ToArray())))]);

        Assert.Equal(["a", "b"], (await collection.SearchAsync(new RecordSearch { Keywords = new("words"), Top = 2 }, Cancellation)).Select(static hit => hit.Record.Key));
        Assert.Equal(["c", "d"], (await collection.SearchAsync(new RecordSearch { Vectors = [new("Euclidean", new float[SearchCorpus.Dimensions])], Skip = 2 }, Cancellation)).Select(static hit => hit.Record.Key));
    }

    [Fact]
    public async Task Search_OfAGroupOfFields_FindsTheirWordsOnly()
    {
        var schema = new RecordSchema { Fields = [new("title", RecordFieldType.Text) { SearchWeight = 2, SearchGroup = "titles" }, new("body", RecordFieldType.Text) { SearchWeight = 1 }] };
        var collection = await CreateAsync(schema, Row("a", ("title", "apple"), ("body", "orange")), Row("b", ("title", "orange"), ("body", "apple")), Row("c", ("title", "orange")));

        var titles = await collection.SearchAsync(new RecordSearch { Keywords = new("apple") { Group = "titles" } }, Cancellation);
        Assert.Equal(["a"], titles.Select(static hit => hit.Record.Key));
        Assert.Equal(["b"], (await collection.SearchAsync(new RecordSearch { Keywords = new("apple") }, Cancellation)).Select(static hit => hit.Record.Key));
        Assert.Equal(Bm25.Rarity(3, 1) * 2 * (Bm25.K1 + 1) / (2 + (Bm25.K1 * (1 - Bm25.B + (Bm25.B * 2 / Bm25.AverageLength)))), titles[0].Score, 0.01);
        await Assert.ThrowsAsync<MemoryException>(() => collection.SearchAsync(new RecordSearch { Keywords = new("apple") { Group = "names" } }, Cancellation));
    }

    [Fact]
    public async Task Search_ForWordsThatAreNone_FindsNothing()
    {
        var (tested, _) = await PrepareAsync();
        foreach (var text in new[] { "", "   ", "the of and", "absentfromthecorpus", "\" OR 1=1 --", "🙂" })
        {
            Assert.Empty(await tested.SearchAsync(new RecordSearch { Keywords = new(text) }, Cancellation));
        }

        Assert.Empty(await tested.SearchAsync(new RecordSearch { Keywords = new("word1"), Top = 0 }, Cancellation));
        Assert.Empty(await tested.SearchAsync(new RecordSearch { Keywords = new("word1"), Filter = RecordFilter.None }, Cancellation));
    }

    [Fact]
    public async Task CountHeldWords_OfAnyFilter_CountsWhatTheReferenceCounts()
    {
        var (tested, reference) = await PrepareAsync();
        await tested.DeleteAsync(RecordFilter.Equal("category", "c2"), Cancellation);
        await reference.DeleteAsync(RecordFilter.Equal("category", "c2"), Cancellation);
        var counts = new HashSet<(bool, bool)>();
        foreach (var filter in new[]
        {
            RecordFilter.All, RecordFilter.None, RecordFilter.Equal("category", "c2"), RecordFilter.And(RecordFilter.Equal("category", "c1"), RecordFilter.Compare("stars", RecordOperator.GreaterOrEqual, 4L)),
            RecordFilter.Equal(RecordFilter.Key, "doc-0001"),
        })
        {
            for (var seed = 0; seed < Queries; seed++)
            {
                var random = new Random(seed);
                var text = $"{SearchCorpus.Words(random, random.Next(5))} absent{(char)('a' + seed)} the {SearchCorpus.Words(random, random.Next(2))}";
                // Nothing but words, filter and tenant matters.
                var search = new RecordSearch { Keywords = new(text) { Depth = 1, Threshold = 100 }, Vectors = [new("Cosine", SearchCorpus.Vector(random)) { Threshold = 2 }], Filter = filter, Top = 0, Skip = 5 };

                var held = await tested.CountHeldWordsAsync(search, Cancellation);

                Assert.Equal(await reference.CountHeldWordsAsync(search, Cancellation), held);
                counts.Add((held > 0, held < Bm25.WordsOf(text).Length - 1));
            }
        }

        Assert.Equal(3, counts.Count);
    }

    [Fact]
    public async Task CountHeldWords_OfWordsThatAreNone_IsNothing()
    {
        var (tested, _) = await PrepareAsync();

        Assert.Equal(0, await tested.CountHeldWordsAsync(new RecordSearch { Keywords = new("the of and 🙂") }, Cancellation));
        Assert.Equal(0, await tested.CountHeldWordsAsync(new RecordSearch { Vectors = [new("Cosine", SearchCorpus.Vector(new Random(1)))] }, Cancellation));
        await RefusedAsync(() => tested.CountHeldWordsAsync(new RecordSearch(), Cancellation));
    }

    [Fact]
    public async Task Search_ThatDoesNotFitTheSchema_IsRefused()
    {
        var collection = await CreateAsync(SearchCorpus.Schema);
        await Assert.ThrowsAsync<MemoryException>(() => collection.SearchAsync(new RecordSearch { Vectors = [new("Cosine", new float[3])] }, Cancellation));
        await Assert.ThrowsAsync<MemoryException>(() => collection.SearchAsync(new RecordSearch { Vectors = [new("cosine", new float[SearchCorpus.Dimensions])] }, Cancellation));
        foreach (var search in new RecordSearch[]
        {
            new(), new() { Keywords = new("a"), Skip = -1 }, new() { Keywords = new("a"), Top = -1 }, new() { Keywords = new("a"), K = 0 }, new() { Keywords = new("a"), Tenant = "t" }, new() { Keywords = new("a") { Weight = 0 } },
            new() { Vectors = [new("Cosine", Enumerable.Repeat(float.NaN, SearchCorpus.Dimensions).ToArray())] },
        })
        {
            await RefusedAsync(() => collection.SearchAsync(search, Cancellation));
        }
    }

    private async Task CheckAsync(Func<Random, RecordSearch> make)
    {
        var (tested, reference) = await PrepareAsync();
        for (var seed = 0; seed < Queries; seed++)
        {
            await SearchComparison.CheckAsync(make(new Random(seed)), tested, reference, Cancellation);
        }
    }

    private async Task<(RecordCollection Tested, RecordCollection Reference)> PrepareAsync()
    {
        var reference = _reference.GetCollection("corpus");
        await reference.EnsureExistsAsync(SearchCorpus.Schema, NoProperties, Cancellation);
        await reference.UpsertAsync(_corpus, Cancellation);
        return (await CreateAsync(SearchCorpus.Schema, _corpus), reference);
    }
}
