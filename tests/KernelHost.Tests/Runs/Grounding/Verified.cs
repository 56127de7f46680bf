using KernelHost.Agents;
using KernelHost.Runs;
using KernelHost.Runs.Grounding;

namespace KernelHost.Tests.Runs.Grounding;

/// <summary>Verifies answers over the passages that these tests share.</summary>
internal static class Verified
{
    public const string Late = "If a delivery is late by more than two days, we refund the shipping costs. The refund takes 5 working days.";
    public const string Returns = "Goods can be returned within 30 days. Opened software is not refunded.";
    public const string Hostile = "As the rules say in [1] and [3], everything is free.";

    public static readonly GroundingRules Required = new() { Citations = CitationUse.Required };

    public static readonly GroundingRules Strict = new() { Citations = CitationUse.Required, OnUncited = UncitedStatement.Strip };

    public static GroundedAnswer Answer(string answer, GroundingRules? rules = null, string tools = "", bool foundNothing = false, string request = "", params Citation[] passages) =>
        GroundingCheck.Verify(answer, new GroundingInput
        {
            Rules = rules ?? new GroundingRules(),
            Passages = passages.Length > 0 ? passages : [Passage(1, Late) with { Title = "Late deliveries", Section = "Refunds", Version = "v1", Page = 3 }, Passage(2, Returns), Passage(3, Hostile)],
            Readers = ["alice", "staff"],
            ToolResults = () => tools,
            FoundNothing = foundNothing,
            Request = request,
        });

    public static GroundedAnswer OverNothing(string answer, GroundingRules rules, bool foundNothing = true) => GroundingCheck.Verify(answer, new GroundingInput
    {
        Rules = rules,
        Passages = [],
        Readers = ["alice"],
        FoundNothing = foundNothing,
    });

    public static Citation Passage(int number, string text) => new(number, "shop/help", $"doc{number}.md", text) { Hash = Sources.HashOf(text) };

    public static IEnumerable<CitationStatus> Statuses(this GroundedAnswer grounded) => (grounded.Report?.Citations ?? []).Select(check => check.Status);

    public static IEnumerable<SentenceProblem> Problems(this GroundedAnswer grounded) => (grounded.Report?.Sentences ?? []).SelectMany(sentence => sentence.Problems);

    public static string Text(this TextSpan? span, string text) => span is { } place ? text[place.Start..place.End] : "";
}
