using KernelHost.Cli.Tests.Support;

namespace KernelHost.Cli.Tests;

/// <summary>Searching and evaluating retrieval from the command line, on the bundled help centre.</summary>
public sealed class SearchTests : IDisposable
{
    private readonly TestHome _home = new();

    private static string Questions => Path.Combine(CliPaths.Plugins, "customer-support", "eval", "help-center.jsonl");

    [Fact]
    public async Task Search_Explain_ShowsEachLegAndTheLabels()
    {
        var shown = (await _home.CallAsync("search", "help-center", "late delivery refund", "--explain", "--top", "3")).Expect(0);

        Assert.Contains("KEYWORDS", shown.Out, StringComparison.Ordinal);
        Assert.Contains("SPELLING", shown.Out, StringComparison.Ordinal);
        Assert.Contains("untrusted, by customer-support@", shown.Out, StringComparison.Ordinal);
        Assert.Contains("articles/shipping/late-deliveries.md", shown.Out, StringComparison.Ordinal);
        Assert.Contains("These results are lexical", shown.Error, StringComparison.Ordinal);
        Assert.Contains("weights 2 to 1, k 60", shown.Error, StringComparison.Ordinal);
        Assert.Equal(4, shown.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Search_Explain_TellsWhatItMadeOfMisspeltWords()
    {
        var shown = (await _home.CallAsync("search", "help-center", "membrship points expirey", "--explain")).Expect(0);
        var json = (await _home.CallAsync("search", "help-center", "membrship points expirey", "--explain", "-o", "json")).Expect(0).Json;

        Assert.Contains("articles/payments/finch-club.md", shown.Out, StringComparison.Ordinal);
        Assert.Contains("Spelling counts from 0.09: 1 of 3 words of the query occur.", shown.Error, StringComparison.Ordinal);
        Assert.Equal((3, 1), (json.GetProperty("words").GetProperty("all").GetInt32(), json.GetProperty("words").GetProperty("known").GetInt32()));
        Assert.InRange(json.GetProperty("leastSimilarity").GetDouble(), 0.09, 0.1);
    }

    [Fact]
    public async Task Search_Json_CarriesLabelsAndLegs()
    {
        var found = (await _home.CallAsync("search", "help-center", "late delivery", "--explain", "--source", "articles/shipping/", "--mmr", "0.5", "-o", "json")).Expect(0).Json;

        Assert.True(found.GetProperty("lexical").GetBoolean());
        Assert.All(found.Items("passages"), static passage =>
        {
            Assert.StartsWith("articles/shipping/", passage.Text("source"), StringComparison.Ordinal);
            Assert.Equal(("untrusted", 64), (passage.Text("integrity"), passage.Text("version").Length));
            Assert.True(passage.GetProperty("fused").GetDouble() > 0);
        });
        Assert.Contains(found.Items("passages"), static passage => passage.GetProperty("keywords").GetProperty("rank").GetInt32() == 1);
    }

    [Theory]
    [InlineData("2999-01-01", null)]
    [InlineData(null, "1999-01-01T00:00:00Z")]
    public async Task Search_Time_LeavesOut(string? since, string? before)
    {
        string[] bounds = since is not null ? ["--since", since] : ["--before", before!];
        Assert.Contains("Nothing was found", (await _home.CallAsync(["search", "help-center", "late delivery", .. bounds])).Expect(0).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--since", "tomorrow", "Give a date like 2026-11-23")]
    [InlineData("--mmr", "2", "Give a number from 0 to 1")]
    [InlineData("--rerank", "nothing", "There is no model 'nothing'")]
    [InlineData("--tenant", " ", "--tenant is empty")]
    public async Task Search_AWrongOption_IsNamed(string option, string value, string expected) =>
        (await _home.CallAsync("search", "help-center", "late delivery", option, value)).ExpectFailure(2, expected);

    [Fact]
    public async Task Evaluate_TheHelpCentre_ShowsLegsKindsAndIntervals()
    {
        var shown = (await _home.CallAsync("eval", "retrieval", "--queries", Questions, "--min-ndcg", "0.4")).Expect(0);

        foreach (var expected in new[] { "customer-support/help-center: 80 questions with an answer, 8 without.", "RECALL@10", "keyword", "vector", "fused", "misspelling", "of 8 questions without an answer" })
        {
            Assert.Contains(expected, shown.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Evaluate_BelowTheMinimum_Fails()
    {
        var result = (await _home.CallAsync("eval", "retrieval", "--queries", Questions, "--min-ndcg", "0.99", "-o", "json")).Expect(1);

        Assert.False(result.Json.GetProperty("passes").GetBoolean());
        Assert.Equal(0.99, result.Json.GetProperty("minimum").GetDouble());
    }

    [Fact]
    public async Task Evaluate_AWorseConfiguration_FailsAndTheBaselineDoesNot()
    {
        // No passage is as near to a question as that.
        string[] worse = ["eval", "retrieval", "--queries", Questions, "--options", "keywordWeight=0,vectorThreshold=0.99", "--compare", "-", "-o", "json"];
        var result = (await _home.CallAsync(worse)).Expect(1).Json;
        Assert.Equal("worse", result.GetProperty("comparison").Text("verdict"));
        Assert.True(result.GetProperty("comparison").GetProperty("ndcg10").GetProperty("high").GetDouble() < 0);

        var options = _home.Write("options.json", """{ "keywordWeight": 0, "vectorThreshold": 0.99 }""");
        var better = (await _home.CallAsync("eval", "retrieval", "--queries", Questions, "--compare", options, "-o", "json")).Expect(0).Json;
        Assert.Equal("better", better.GetProperty("comparison").Text("verdict"));
        Assert.Contains("No difference", (await _home.CallAsync("eval", "retrieval", "--queries", Questions, "--compare", "-")).Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_BadLines_AreNamedWithTheirNumbers()
    {
        var file = _home.Write("q.jsonl", "{\"query\":\"q\",\"relevant\":[]}\nnonsense\n{\"query\":\"q\"}\n");

        var result = (await _home.CallAsync("eval", "retrieval", "--queries", file)).ExpectFailure(2, "q.jsonl, line 2: It is no JSON object.");
        Assert.Contains("q.jsonl, line 3: 'relevant' is missing", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--queries", "missing.jsonl", "There is no file 'missing.jsonl' with questions")]
    [InlineData("--options", "depht=5", "Did you mean 'Depth'?")]
    [InlineData("--options", "depth", "has no value")]
    [InlineData("--compare", "depth=0", "Use a whole number from 1 to 1000.")]
    [InlineData("--compare", "missing.json", "There is no file 'missing.json' for --compare")]
    [InlineData("--min-ndcg", "2", "Give a number from 0 to 1")]
    [InlineData("--collection", "nothing", "There is no retriever or collection 'memory/nothing'")]
    public async Task Evaluate_AWrongOption_IsNamed(string option, string value, string expected)
    {
        string[] queries = option == "--queries" ? [] : ["--queries", Questions];
        (await _home.CallAsync(["eval", "retrieval", .. queries, option, value])).ExpectFailure(2, expected);
    }

    public void Dispose() => _home.Dispose();
}
