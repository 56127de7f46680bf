using System.Text.Json.Nodes;
using KernelHost.Cli.Output;
using KernelHost.Runs.Grounding;

namespace KernelHost.Cli.Running;

/// <summary>How an answer stood up to its sources, as JSON. The shape is documented in docs/grounding.md.</summary>
internal static class GroundingJson
{
    public static JsonObject? Write(GroundingReport? report, string? answer) => report is null ? null : new JsonObject
    {
        ["outcome"] = JsonOutput.Name(report.Outcome),
        ["notFound"] = report.NotFound,
        ["note"] = GroundingText.Note(report),
        ["falseCitations"] = report.FalseCitations,
        ["removedSentences"] = report.Removed ?? 0,
        ["unlisted"] = report.Unlisted ?? 0,
        ["citations"] = JsonOutput.Array(report.Citations, Citation),
        ["sentences"] = JsonOutput.Array(report.Sentences, sentence => Sentence(sentence, answer)),
    };

    private static JsonObject Citation(CitationCheck check) => new()
    {
        ["number"] = check.Number,
        ["status"] = JsonOutput.Name(check.Status),
        ["source"] = check.Source,
        ["title"] = check.Title,
        ["section"] = check.Section,
        ["version"] = check.Version,
        ["page"] = check.Page,
        ["quoted"] = check.Quoted ?? false,
        ["inPassage"] = Span(check.InPassage),
        ["inAnswer"] = Span(check.InAnswer),
    };

    private static JsonObject Sentence(SentenceCheck check, string? answer) => new()
    {
        ["text"] = GroundingView.TextOf(check, answer),
        ["problems"] = JsonOutput.Array(check.Problems, static problem => JsonOutput.Name(problem)),
        ["support"] = check.Support,
        ["inAnswer"] = Span(check.InAnswer),
    };

    private static JsonObject? Span(TextSpan? span) => span is not { } place ? null : new JsonObject { ["start"] = place.Start, ["end"] = place.End };
}
