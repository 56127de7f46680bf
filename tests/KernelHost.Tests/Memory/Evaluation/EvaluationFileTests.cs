using KernelHost.Memory.Evaluation;

namespace KernelHost.Tests.Memory.Evaluation;

public sealed class EvaluationFileTests
{
    [Fact]
    public void Read_Queries_WithTheirGradesKindsAndNothingRelevant()
    {
        var queries = EvaluationFile.Read("q.jsonl",
        [
            """{"query":"late?","kind":"plain","relevant":[{"source":"a.md","section":"S","grade":3},{"source":"b.md"}]}""",
            "",
            """{"query":"kayaks","relevant":[]}""",
        ]);

        Assert.Equal(["late?", "kayaks"], queries.Select(static query => query.Query));
        Assert.Equal([new RelevantPassage("a.md", "S", 3), new RelevantPassage("b.md", null, 1)], queries[0].Relevant);
        Assert.Equal(("plain", null), (queries[0].Kind, queries[1].Kind));
        Assert.Empty(queries[1].Relevant);
    }

    [Theory]
    [InlineData("no json", "line 2: It is no JSON object.")]
    [InlineData("[]", "line 2: The line is no JSON object.")]
    [InlineData("""{"relevant":[]}""", "line 2: 'query' is missing or empty.")]
    [InlineData("""{"query":"q"}""", "line 2: 'relevant' is missing or no list.")]
    [InlineData("""{"query":5,"relevant":[]}""", "line 2: 'query' is no text.")]
    [InlineData("""{"query":"q","relevent":[]}""", "Did you mean 'relevant'?")]
    [InlineData("""{"query":"q","relevant":[{"section":"S"}]}""", "line 2: An entry of 'relevant' has no 'source'.")]
    [InlineData("""{"query":"q","relevant":[{"source":"a","grade":4}]}""", "line 2: The 'grade' of 'a' is no whole number from 1 to 3.")]
    [InlineData("""{"query":"q","relevant":["a"]}""", "line 2: An entry of 'relevant' is no JSON object.")]
    public void Read_ABadLine_IsNamedWithItsNumber(string line, string expected)
    {
        var exception = Assert.Throws<EvaluationException>(() => EvaluationFile.Read("q.jsonl", ["""{"query":"q","relevant":[]}""", line]));

        Assert.Contains(expected, Assert.Single(exception.Errors), StringComparison.Ordinal);
        Assert.StartsWith("q.jsonl, ", exception.Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyBadLines_AllAreNamedUpToABound()
    {
        Assert.Equal(3, Assert.Throws<EvaluationException>(() => EvaluationFile.Read("q", ["x", "y", "z"])).Errors.Count);
        var errors = Assert.Throws<EvaluationException>(() => EvaluationFile.Read("q", Enumerable.Repeat("x", 50))).Errors;
        Assert.Equal(("30 more lines are wrong.", 21), (errors[^1], errors.Count));
    }

    [Fact]
    public void Read_NothingInIt_IsRefused() => Assert.Contains("holds no query", Assert.Throws<EvaluationException>(() => EvaluationFile.Read("q", [""])).Message, StringComparison.Ordinal);
}
