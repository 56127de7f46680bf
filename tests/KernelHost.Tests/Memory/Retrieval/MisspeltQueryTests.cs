using KernelHost.Memory;
using KernelHost.Memory.Conformance;
using KernelHost.Memory.Retrieval;
using KernelHost.Models.Offline;

namespace KernelHost.Tests.Memory.Retrieval;

/// <summary>A lexical leg speaks for the words of a query that nothing holds, and for no others.</summary>
public sealed class MisspeltQueryTests : IDisposable
{
    private const float LeastOfModel = 0.28f;

    private readonly DocumentHouse _house = new(isEmbedded: true);

    [Fact]
    public async Task Search_WordsThatAllOccur_RanksAsWithTheModelsOwnSimilarity()
    {
        await AddAsync();
        foreach (var query in new[] { "refund for a late delivery", "membership points expire", "password", "late parcel refund points delivery membership password" })
        {
            var adapted = await _house.FindAsync(query, options: new SearchOptions { Explain = true });
            var plain = await _house.FindAsync(query, options: new SearchOptions { Explain = true, VectorThreshold = LeastOfModel });

            Assert.Equal(adapted.Words!.All, adapted.Words.Known);
            Assert.Equal(LeastOfModel, adapted.LeastSimilarity);
            Assert.NotEmpty(adapted.Hits);
            Assert.Equal(
                plain.Hits.Select(static hit => (hit.Passage.Id, hit.Fused, hit.Keywords, hit.Vector)), adapted.Hits.Select(static hit => (hit.Passage.Id, hit.Fused, hit.Keywords, hit.Vector)));
        }
    }

    [Fact]
    public async Task Search_WordsOfWhichNoneOccurs_FindsBySpellingAlone()
    {
        await AddAsync();

        var answer = await _house.FindAsync("memberhsip pionts", options: new SearchOptions { Explain = true });

        Assert.Equal(new QueryWords(2, 0), answer.Words);
        Assert.Equal("club.md", answer.Passages[0].Source);
        Assert.All(answer.Hits, static hit => Assert.Null(hit.Keywords));
        Assert.Empty((await _house.FindAsync("memberhsip pionts", options: new SearchOptions { VectorThreshold = LeastOfModel })).Hits);
    }

    [Fact]
    public async Task Search_WordsOfWhichSomeOccur_LowersTheSimilarityByTheirShare()
    {
        await AddAsync();

        var answer = await _house.FindAsync("refund for late delivry");

        Assert.Equal(new QueryWords(3, 2), answer.Words);
        Assert.Equal(LeastOfModel * 2 / 3, answer.LeastSimilarity!.Value, 1e-6f);
    }

    [Theory]
    [InlineData("xqzv wkjp")]
    [InlineData("привет мир")]
    [InlineData("日本語の質問")]
    public async Task Search_WhatLooksLikeNothing_StillFindsNothing(string query)
    {
        await AddAsync();

        var answer = await _house.FindAsync(query);

        Assert.Empty(answer.Hits);
        Assert.Equal(3 / MathF.Sqrt(1024), answer.LeastSimilarity!.Value, 1e-6f);
    }

    [Fact]
    public async Task Search_AWordThatOnlyOthersMayRead_DoesNotOccur()
    {
        await AddAsync();
        await _house.AddAsync(new HouseDocument("secret.md", "The delivry of the zeppelin.") { Readers = ["boss"] });

        Assert.Equal(new QueryWords(2, 1), (await _house.FindAsync("refund delivry")).Words);
        Assert.Equal(new QueryWords(2, 2), (await _house.FindAsync("refund delivry", RetrievalScope.Of("boss"))).Words);
        Assert.Equal(new QueryWords(2, 0), (await _house.FindAsync("refund delivry", options: new SearchOptions { Filter = new RetrievalFilter { Sources = ["club.md"] } })).Words);
    }

    [Fact]
    public async Task Search_AWordOfAnotherTenant_DoesNotOccur()
    {
        using var house = new DocumentHouse(isShared: true);
        await house.AddAsync(new("a.txt", "refund") { Tenant = "acme" }, new("b.txt", "delivry") { Tenant = "other" });

        Assert.Equal(new QueryWords(2, 1), (await house.FindAsync("refund delivry", RetrievalScope.Of("anna", [], "acme"))).Words);
    }

    [Fact]
    public async Task Search_AThresholdOrALegOfTheCallers_StaysAsItIs()
    {
        await AddAsync();

        var strict = await _house.FindAsync("membrship expirey", options: new SearchOptions { VectorThreshold = 0.25f });
        var spelling = await _house.FindAsync("membrship expirey", options: new SearchOptions { KeywordWeight = 0 });
        var keywords = await _house.FindAsync("membership expirey", options: new SearchOptions { VectorWeight = 0 });

        Assert.Equal((null, 0.25f), (strict.Words, strict.LeastSimilarity));
        Assert.Equal((null, LeastOfModel), (spelling.Words, spelling.LeastSimilarity));
        Assert.Equal((null, null), (keywords.Words, keywords.LeastSimilarity));
    }

    [Fact]
    public async Task Search_BesideAModelOfMeaning_LeavesItsSimilarityAlone()
    {
        using var house = new DocumentHouse(new MemoryEmbedding(new ConceptGenerator(["dog"], ["cat"]), "concepts", isLexical: false) { MinimumSimilarity = 0.5f });
        await house.AddAsync(new HouseDocument("a.txt", "dog"));

        var answer = await house.FindAsync("dogg unknown");

        Assert.Equal((null, 0.5f), (answer.Words, answer.LeastSimilarity));
    }

    public void Dispose() => _house.Dispose();

    private Task AddAsync() => _house.AddAsync(
        new HouseDocument("late.md", "# Late deliveries\n\n## Refund\n\nFor a late delivery of your parcel there is a refund of the fee."),
        new HouseDocument("club.md", "# The club\n\n## Expiry\n\nPoints of a membership expire after two years, counted from the order that earned them. We write to you before they do."),
        new HouseDocument("account.md", "# Your account\n\n## Forgotten password\n\nReset the password by the link in the message."));
}
