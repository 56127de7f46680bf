using KernelHost.Agents;
using KernelHost.Runs.Grounding;

namespace KernelHost.Tests.Runs.Grounding;

/// <summary>Which citations are true, and what is left of an answer without the others.</summary>
public sealed class CitationTests
{
    [Theory]
    [InlineData("We refund the shipping costs [1].", "We refund the shipping costs [1].", "Verified")]
    [InlineData("We refund the shipping costs [1][1].", "We refund the shipping costs [1][1].", "Verified Verified")]
    [InlineData("We refund the shipping costs [1][7].", "We refund the shipping costs [1].", "Verified NotRetrieved")]
    [InlineData("We refund the shipping costs [7].", "We refund the shipping costs.", "NotRetrieved")]
    [InlineData("We refund the shipping costs[7], soon.", "We refund the shipping costs, soon.", "NotRetrieved")]
    [InlineData("We refund [999999] the shipping costs.", "We refund the shipping costs.", "NotRetrieved")]
    [InlineData("We refund [99999999999999999999] costs.", "We refund costs.", "NotRetrieved")]
    [InlineData("We refund [0] costs.", "We refund costs.", "NotRetrieved")]
    [InlineData("We refund [01] costs.", "We refund costs.", "NotRetrieved")]
    [InlineData("Shipping costs and 30 days [1, 2].", "Shipping costs and 30 days [1, 2].", "Verified Verified")]
    [InlineData("Shipping costs and 30 days [1, 9; 2].", "Shipping costs and 30 days [1, 2].", "Verified NotRetrieved Verified")]
    [InlineData("Shipping costs [8, 9].", "Shipping costs.", "NotRetrieved NotRetrieved")]
    [InlineData("Shipping costs [[1]].", "Shipping costs [[1]].", "Verified")]
    [InlineData("Shipping costs [^1].", "Shipping costs [^1].", "")]
    [InlineData("Shipping costs [1-3].", "Shipping costs [1-3].", "")]
    [InlineData("Shipping costs [a1].", "Shipping costs [a1].", "")]
    [InlineData("Shipping costs [2*3].", "Shipping costs [2*3].", "")]
    [InlineData("Shipping costs [1](as said).", "Shipping costs [1](as said).", "Verified")]
    [InlineData("[9] The shipping costs [1].", "The shipping costs [1].", "NotRetrieved Verified")]
    [InlineData("[7]", "I could not find this in the sources.", "NotRetrieved")]
    public void Verify_Markers_CountWhenTheyNameAPassage(string answer, string expected, string statuses)
    {
        var grounded = Verified.Answer(answer);

        Assert.Equal(expected, grounded.Answer);
        Assert.Equal(statuses.Split(' ', StringSplitOptions.RemoveEmptyEntries), grounded.Statuses().Select(status => status.ToString()));
    }

    [Theory]
    [InlineData("See [1](http://evil.example) for shipping costs.")]
    [InlineData("See [[1]](http://evil.example) for shipping costs.")]
    [InlineData("See ![1](http://evil.example/x.png) for shipping costs.")]
    [InlineData("Take `list[9]` of the list.")]
    [InlineData("Take ``a `[9]` b`` of the list.")]
    [InlineData("```\nvar x = list[9];\n```\n")]
    [InlineData("~~~~ csharp\nlist[9]\n~~~\nlist[8]\n~~~~\n")]
    [InlineData("```\nnever closed [9]")]
    public void Verify_BracketsInLinksAndCode_AreNoCitationsAndStay(string answer)
    {
        var grounded = Verified.Answer(answer);

        Assert.Equal(answer, grounded.Answer);
        Assert.Null(grounded.Report);
        Assert.Empty(grounded.Citations);
    }

    [Theory]
    [InlineData("costs [1\u200B2].")]
    [InlineData("costs [\u202E1].")]
    [InlineData("costs [1\u2066].")]
    [InlineData("costs [\uFF11].")]
    [InlineData("costs [\u0661].")]
    [InlineData("costs [①].")]
    [InlineData("costs [¹].")]
    [InlineData("costs [**1**].")]
    [InlineData("costs [1\uFE0F\u20E3].")]
    [InlineData("costs 【1】.")]
    [InlineData("costs ［1］.")]
    [InlineData("costs \\[1\\].")]
    [InlineData("costs [1\u00A0].")]
    public void Verify_MarkersThatOnlyLookLikeOne_AreTakenOut(string answer)
    {
        var grounded = Verified.Answer(answer);

        Assert.Equal([CitationStatus.NotRetrieved], grounded.Statuses());
        Assert.Empty(grounded.Citations);
        Assert.DoesNotContain("1", grounded.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_LinkDefinition_DoesNotTurnCitationsIntoLinks()
    {
        var grounded = Verified.Answer("We refund the shipping costs [1].\n\n[1]: http://evil.example");

        Assert.Equal("We refund the shipping costs [1].\n\n: http://evil.example", grounded.Answer);
        Assert.Equal([CitationStatus.Verified, CitationStatus.NotRetrieved], grounded.Statuses());
    }

    [Fact]
    public void Verify_ListOfSourcesAtTheEnd_IsNoLinkDefinition() =>
        Assert.Equal([CitationStatus.Verified, CitationStatus.Verified], Verified.Answer("We refund the shipping costs [1].\n\n[1]: Late deliveries").Statuses());

    [Theory]
    [InlineData("The rule: \"we refund the shipping costs\" [1].")]
    [InlineData("The rule: \"We refund the shipping costs.\" [1]")]
    [InlineData("The rule: “we refund  the\nshipping costs” [1].")]
    [InlineData("Die Regel: „we refund the shipping costs“ [1].")]
    [InlineData("La règle : « we refund the shipping costs » [1].")]
    [InlineData("The rule: \"we **refund** the shipping costs\", [1]")]
    [InlineData("The rule: \"If a delivery is late … we refund the shipping costs.\" [1]")]
    [InlineData("The rule: \"we refund the shipping costs [1].\"")]
    [InlineData("> If a delivery is late by more than two days,\n> we refund the shipping costs. [1]")]
    [InlineData("> If a delivery is late by more than two days, we refund the shipping costs.\n[1]")]
    [InlineData("As \"Late deliveries\" [1] says, we refund the shipping costs.")]
    [InlineData("The rule: \"we refund the shipping costs\" [2][1].")]
    public void Verify_QuotesThatStandInThePassage_AreTrue(string answer)
    {
        var grounded = Verified.Answer(answer);

        Assert.Equal(answer, grounded.Answer);
        Assert.All(grounded.Statuses(), status => Assert.Equal(CitationStatus.Verified, status));
        Assert.Contains(1, grounded.Citations.Select(citation => citation.Number));
        Assert.DoesNotContain(SentenceProblem.Quote, grounded.Problems());
    }

    [Theory]
    [InlineData("The rule: \"we refund all costs of it\" [1].")]
    [InlineData("The rule: \"we refund the shipping costs\" [2].")]
    [InlineData("The rule: \"efund the shipping cost\" [1].")]
    [InlineData("The rule: \"we … refund … the shipping costs\" [1].")]
    [InlineData("The rule: \"we refund the shipping costs … If a delivery is late by more\" [1].")]
    [InlineData("The rule: “we never refund the shipping costs” [1].")]
    [InlineData("The rule: «we never refund the shipping costs». [1]")]
    [InlineData("The rule: \"we never refund the shipping costs [1].\"")]
    [InlineData("> We never refund the shipping costs. [1]")]
    [InlineData("> We never refund the shipping costs.\n[1]")]
    public void Verify_QuotesThatDoNotStandInThePassage_AreMismatches(string answer)
    {
        var grounded = Verified.Answer(answer);

        Assert.Equal([CitationStatus.QuoteMismatch], grounded.Statuses());
        Assert.DoesNotContain("[1]", grounded.Answer, StringComparison.Ordinal);
        Assert.Empty(grounded.Citations);
        Assert.Contains(SentenceProblem.Quote, grounded.Problems());
    }

    [Theory]
    [InlineData("Help says: \"As the rules say in [1] and [3], everything is free.\" [3]", "3")]
    [InlineData("Help says: \"As the rules say in [1] and [3], everything is free.\" It is so.", "")]
    [InlineData("> As the rules say in [1] and [3], everything is free.\n[3]", "3")]
    public void Verify_MarkersThatAPassageHolds_CiteNothing(string answer, string cited)
    {
        var grounded = Verified.Answer(answer);

        Assert.Equal(cited, string.Join(' ', grounded.Citations.Select(citation => citation.Number)));
        Assert.Equal(answer, grounded.Answer);
    }

    [Fact]
    public void Verify_MarkerCopiedFromAPassage_IsFlaggedBecauseItsSourceDoesNotCarryIt() =>
        Assert.Contains(SentenceProblem.Unsupported, Verified.Answer("Everything here is always free of charge, whatever you order [2].").Problems());

    [Fact]
    public void Verify_PassageForOtherReaders_IsNotVisibleAndNotNamed()
    {
        var grounded = Verified.Answer("Alpha beta gamma [1], delta [2].", passages:
            [Verified.Passage(1, "Alpha beta gamma.") with { Readers = ["bob", "board"], Title = "Secret" }, Verified.Passage(2, "Delta.") with { Readers = ["bob", "staff"] }]);

        Assert.Equal([CitationStatus.NotVisible, CitationStatus.Verified], grounded.Statuses());
        Assert.Equal((null, null), (grounded.Report!.Citations[0].Title, grounded.Report.Citations[0].Source));
        Assert.Equal("Alpha beta gamma, delta [2].", grounded.Answer);
    }

    [Fact]
    public void Verify_PassageWhoseTextChangedInTheJournal_IsAltered()
    {
        var grounded = Verified.Answer("Alpha [1].", passages: [Verified.Passage(1, "Alpha.") with { Text = "Alpha and beta." }]);

        Assert.Equal([CitationStatus.Altered], grounded.Statuses());
        Assert.Equal("Alpha.", grounded.Answer);
    }

    [Fact]
    public void Verify_TrueCitation_TellsDocumentVersionAndSpans()
    {
        const string Answer = "Yes [7]: \"we refund the shipping costs\" [1].";
        var grounded = Verified.Answer(Answer);
        var check = grounded.Report!.Citations[1];

        Assert.Equal(("doc1.md", "Late deliveries", "Refunds", "v1", 3, true), (check.Source, check.Title, check.Section, check.Version, check.Page!.Value, check.Quoted!.Value));
        Assert.Equal("we refund the shipping costs", check.InPassage.Text(Verified.Late));
        Assert.Equal("we refund the shipping costs", check.InAnswer.Text(grounded.Answer));
        Assert.Equal("Yes: \"we refund the shipping costs\" [1].", grounded.Answer);
    }

    [Fact]
    public void Verify_CitationWithoutAQuote_PointsToTheSentenceItIsNearestTo()
    {
        var check = Verified.Answer("A refund takes 5 working days [1].").Report!.Citations[0];

        Assert.Equal("The refund takes 5 working days.", check.InPassage.Text(Verified.Late));
    }

    [Theory]
    [InlineData("Costs [7].", "[7] names no passage of this conversation")]
    [InlineData("Costs [1\u200B].", "one is written so that it names no passage")]
    [InlineData("\"we never refund the shipping costs\" [1]", "the words quoted from [1] do not stand there")]
    public void Verify_FalseCitationsAreRefused_TheAnswerIsWithheldWithTheReason(string answer, string reason)
    {
        var grounded = Verified.Answer(answer, new GroundingRules { OnFalse = FalseCitation.Refuse });

        Assert.Equal(GroundingOutcome.Refused, grounded.Report!.Outcome);
        Assert.Contains(reason, grounded.Answer, StringComparison.Ordinal);
        Assert.Empty(grounded.Citations);
        Assert.All(grounded.Report.Citations, check => Assert.Null(check.InAnswer));
    }

    [Fact]
    public void Note_FalseCitations_SaysHowManyAndWhy() => Assert.Equal(
        "2 citations were taken out: [7] names no passage of this conversation; [8] names no passage of this conversation.",
        GroundingText.Note(Verified.Answer("Shipping costs [7] [8] [1].").Report!));
}
