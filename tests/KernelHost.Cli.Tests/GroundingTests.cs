using KernelHost.Cli.Running;
using KernelHost.Cli.Tests.Support;
using KernelHost.Runs.Grounding;

namespace KernelHost.Cli.Tests;

/// <summary>What people and programs see of verified citations.</summary>
public class GroundingTests
{
    private const string Agent = """
        name: rules
        instructions: Answer from the help centre.
        retrievers: [customer-support/help-center]
        grounding: { citations: required, onUncited: strip, notFound: The help centre does not say that. }
        """;

    [Fact]
    public async Task Run_AnswerThatQuotesTheHelpCentre_TellsDocumentAndPlaces()
    {
        using var home = new TestHome();
        home.Write("agents/rules.yaml", Agent);

        var run = (await home.RunAsync("run", "rules", "Do you refund the shipping costs of a late delivery?", "-o", "json")).Expect(0).Json;

        var grounding = run.GetProperty("grounding");
        var check = grounding.Items("citations").First();
        Assert.Equal(("verified", true), (check.Text("status"), check.GetProperty("quoted").GetBoolean()));
        var citation = run.Items("citations").Single(cited => cited.GetProperty("number").GetInt32() == check.GetProperty("number").GetInt32());
        Assert.Equal(citation.Text("source"), check.Text("source"));
        Assert.Equal(64, citation.Text("hash").Length);
        Assert.Contains(Slice(citation.Text("text"), check.GetProperty("inPassage"))[..20], Slice(run.Text("answer"), check.GetProperty("inAnswer")), StringComparison.Ordinal);
        Assert.Equal(0, grounding.GetProperty("falseCitations").GetInt32());

        var shown = (await home.RunAsync("runs", "show", run.Text("runId"))).Expect(0);
        Assert.Contains($"[{citation.GetProperty("number").GetInt32()}] ", shown.Out, StringComparison.Ordinal);
        (await home.RunAsync("replay", run.Text("runId"))).Expect(0);
    }

    [Fact]
    public async Task Run_HelpCentreSaysNothing_IsNotFoundInTheAgentsWords()
    {
        using var home = new TestHome();
        home.Write("agents/rules.yaml", Agent);

        var run = (await home.RunAsync("run", "rules", "Search the help center for zeppelin mooring xylophones", "-o", "json")).Expect(0).Json;
        Assert.True(run.GetProperty("grounding").GetProperty("notFound").GetBoolean(), run.ToString());
        Assert.StartsWith("The help centre does not say that.", run.Text("answer"), StringComparison.Ordinal);

        var told = (await home.RunAsync("resume", run.Text("runId"))).Expect(0);
        Assert.Contains("Not found: the sources do not say what was asked.", told.Out, StringComparison.Ordinal);
        Assert.Contains("(not found in the sources)", (await home.RunAsync("runs", "show", run.Text("runId"))).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_AnswerWithProblems_AreMarkedAndListed()
    {
        const string Answer = "It takes 7 days [1]. We refund.";
        var report = new GroundingReport(GroundingOutcome.Corrected)
        {
            Citations = [new CitationCheck(1, CitationStatus.Verified), new CitationCheck(9, CitationStatus.NotRetrieved)],
            FalseCitations = 1,
            Sentences = [new SentenceCheck([SentenceProblem.Unsupported, SentenceProblem.Number]) { InAnswer = new TextSpan(0, 20), Support = 0.25 }],
        };

        Assert.Equal("It takes 7 days [1]. [?] We refund.", GroundingView.Marked(Answer, report));
        Assert.Equal(
            [
                "1 citation was taken out: [9] names no passage of this conversation.",
                "No source carries:",
                "  [?] \"It takes 7 days [1].\": few of its words stand in what it cites; has a number that what it cites has not (support 0.25)",
            ],
            GroundingView.Lines(Answer, report));
        var json = GroundingJson.Write(report, Answer)!;
        Assert.Equal(("corrected", "It takes 7 days [1].", "notRetrieved"), ((string)json["outcome"]!, (string)json["sentences"]![0]!["text"]!, (string)json["citations"]![1]!["status"]!));
    }

    [Fact]
    public void Lines_TextThatDrivesATerminal_IsWrittenOut()
    {
        const string Answer = "It \u001b[31mis\u202E so [1].";
        var report = new GroundingReport(GroundingOutcome.Flagged) { Sentences = [new SentenceCheck([SentenceProblem.Unsupported]) { InAnswer = new TextSpan(0, Answer.Length) }] };

        Assert.All(GroundingView.Lines(Answer, report), line => Assert.DoesNotContain(line, character => char.IsControl(character) || character == '\u202E'));
    }

    private static string Slice(string text, System.Text.Json.JsonElement span) => text[span.GetProperty("start").GetInt32()..span.GetProperty("end").GetInt32()];
}
