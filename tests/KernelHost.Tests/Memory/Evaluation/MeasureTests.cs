using KernelHost.Memory.Evaluation;

namespace KernelHost.Tests.Memory.Evaluation;

public sealed class MeasureTests
{
    [Fact]
    public void Of_ABestOrder_IsOne()
    {
        var score = RankingScore.Of(Query(new("a", null, 3), new("b", null, 1)), [new("a", "x"), new("b", "x")], top: 10);

        Assert.Equal(new RankingScore(1, 1, 1), score);
    }

    [Fact]
    public void Of_GradedAndMisplaced_IsAsByHand()
    {
        // Found at the places 2 (grade 1) and 4 (grade 3) of what could be 1 and 2.
        var score = RankingScore.Of(Query(new("a", null, 3), new("b", null, 1)), [new("x", ""), new("b", ""), new("y", ""), new("a", "")], top: 3);

        Assert.Equal(0.5, score.Recall);
        Assert.Equal(0.5, score.ReciprocalRank);
        Assert.Equal(((1 / Math.Log2(3)) + (7 / Math.Log2(5))) / (7 + (1 / Math.Log2(3))), score.Ndcg, 10);
    }

    [Fact]
    public void Of_BeyondTheTenthPlace_GainsNothing()
    {
        var passages = Enumerable.Range(0, 10).Select(static i => new Passage($"x{i}", "")).Append(new Passage("a", "")).ToList();

        Assert.Equal(new RankingScore(1, 1 / 11.0, 0), RankingScore.Of(Query(new RelevantPassage("a", null, 3)), passages, top: 20));
        Assert.Equal(new RankingScore(0, 0, 0), RankingScore.Of(Query(new RelevantPassage("a", null, 3)), passages, top: 10));
    }

    [Fact]
    public void Of_SeveralPassagesOfOneDocument_CountOnceAndTakeOnePlace()
    {
        var score = RankingScore.Of(Query(new("a", null, 1), new("b", null, 1)), [new("a", "1"), new("a", "2"), new("a", "3"), new("b", "1")], top: 2);

        Assert.Equal(new RankingScore(1, 1, 1), score);
    }

    [Fact]
    public void Matches_Section_ByItsLastHeadings()
    {
        var relevant = new RelevantPassage("a", "Linux", 1);

        Assert.True(relevant.Matches(new Passage("a", "") { Section = "Setup > Linux" }));
        Assert.True(relevant.Matches(new Passage("a", "") { Section = "Linux" }));
        Assert.False(relevant.Matches(new Passage("a", "") { Section = "Setup > Arch Linux" }));
        Assert.False(relevant.Matches(new Passage("a", "")));
        Assert.False(relevant.Matches(new Passage("b", "") { Section = "Linux" }));
    }

    [Fact]
    public void Mean_SameValues_HasAnIntervalOfNoWidth() => Assert.Equal(new Estimate(0.5, 0.5, 0.5), Bootstrap.Mean([0.5, 0.5, 0.5]));

    [Fact]
    public void Mean_Twice_IsTheSameAndHoldsTheMean()
    {
        double[] values = [.. Enumerable.Range(0, 80).Select(static i => i % 4 / 3.0)];
        var estimate = Bootstrap.Mean(values);

        Assert.Equal(estimate, Bootstrap.Mean(values));
        Assert.Equal(0.5, estimate.Value, 10);
        // The normal approximation of the same: 1.96 * 0.3727 / sqrt(80).
        Assert.InRange(estimate.Low, 0.5 - 0.0817 - 0.01, 0.5 - 0.0817 + 0.01);
        Assert.InRange(estimate.High, 0.5 + 0.0817 - 0.01, 0.5 + 0.0817 + 0.01);
    }

    [Fact]
    public void Mean_OfNothing_IsNoNumber() => Assert.True(double.IsNaN(Bootstrap.Mean([]).Value));

    [Theory]
    [InlineData(0.1, 0.0, ComparisonVerdict.Better)]
    [InlineData(-0.1, 0.0, ComparisonVerdict.Worse)]
    [InlineData(0.01, 0.3, ComparisonVerdict.NoDifference)]
    [InlineData(0.0, 0.0, ComparisonVerdict.NoDifference)]
    public void Between_PairsTheQuestions(double shift, double noise, ComparisonVerdict expected)
    {
        // Questions differ far more than the two configurations do; only the pairs show it.
        var baseline = Leg(static i => i % 10 / 20.0);
        var report = Leg(i => (i % 10 / 20.0) + shift + (i % 2 == 0 ? noise : -noise));

        Assert.Equal(expected, EvaluationComparison.Between(report, baseline).Verdict);
    }

    private static LegReport Leg(Func<int, double> ndcg) => new("fused", [.. Enumerable.Range(0, 60).Select(i => new RankingScore(0, 0, ndcg(i)))]);

    private static EvaluationQuery Query(params RelevantPassage[] relevant) => new("q", relevant);
}
