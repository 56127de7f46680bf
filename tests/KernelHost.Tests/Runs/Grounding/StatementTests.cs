using KernelHost.Agents;
using KernelHost.Models.Offline.Answers;
using KernelHost.Runs.Grounding;

namespace KernelHost.Tests.Runs.Grounding;

/// <summary>Which statements the sources carry, and what is said where they carry nothing.</summary>
public sealed class StatementTests
{
    [Theory]
    [InlineData("We refund the shipping costs of a late delivery [1].", "")]
    [InlineData("Our headquarters are in Reykjavik near the harbour [1].", "Unsupported")]
    [InlineData("The refund takes 7 working days [1].", "Number")]
    [InlineData("The refund takes 5 working days [1].", "")]
    [InlineData("If it is late by 2 days, we refund the shipping costs [1].", "")]
    [InlineData("The refund does not take 5 working days [1].", "Negation")]
    [InlineData("Opened software is refunded [2].", "Negation")]
    [InlineData("Opened software isn’t refunded [2].", "")]
    [InlineData("Goods can be returned \"whenever you feel like it\", within 30 days [2].", "Quote")]
    [InlineData("Goods can be returned within 30 days. [2]", "")]
    [InlineData("Yes [1].", "")]
    public void Verify_CitedStatements_AreHeldToWhatTheyCite(string answer, string problems) =>
        Assert.Equal(problems, string.Join(' ', Verified.Answer(answer).Problems()));

    [Theory]
    [InlineData("お届けが二日以上遅れた場合、送料を返金します。", "お届けが遅れた場合、送料を返金します [1]。", "")]
    [InlineData("お届けが二日以上遅れた場合、送料を返金します。", "本社は東京駅の近くにあります [1]。", "Unsupported")]
    [InlineData("Bei Verspätung von mehr als 2 Tagen erstatten wir die Versandkosten.", "Wir erstatten die Versandkosten bei Verspätung [1].", "")]
    [InlineData("Bei Verspätung von mehr als zwei Tagen erstatten wir die Versandkosten.", "Wir erstatten bei 2 Tagen Verspätung die Versandkosten [1].", "")]
    [InlineData("Wir erstatten die Versandkosten.", "Wir erstatten die Versandkosten nicht [1].", "Negation")]
    [InlineData("Das kostet 1.200,00 EUR im Jahr.", "Das kostet 1200 EUR im Jahr [1].", "")]
    [InlineData("It costs 1,200 EUR a year.", "It costs 1 200 EUR a year [1].", "")]
    [InlineData("It costs 4.90 EUR a year.", "It costs 49 EUR a year [1].", "Number")]
    public void Verify_OtherLanguagesAndNumbers_AreCompared(string passage, string answer, string problems) =>
        Assert.Equal(problems, string.Join(' ', Verified.Answer(answer, passages: [Verified.Passage(1, passage)]).Problems()));

    [Fact]
    public void Verify_NumberThatAToolReturned_IsCarried() =>
        Assert.Empty(Verified.Answer("We refund the shipping costs of order 1042 [1].", tools: "{\"id\":1042,\"late\":true}").Problems());

    [Fact]
    public void Verify_WhatThePrincipalSaid_MayBeQuotedBack() =>
        Assert.Empty(Verified.Answer("You ask \"whether late orders are free\": we refund the shipping costs [1].", request: "Tell me whether late orders are free").Problems());

    [Fact]
    public void Verify_MinimumSupport_DecidesWhatIsFlagged()
    {
        const string Answer = "We refund the shipping costs whenever our courier quarrels with customs [1].";

        Assert.Empty(Verified.Answer(Answer, new GroundingRules { MinimumSupport = 0.2 }).Problems());
        Assert.Equal([SentenceProblem.Unsupported], Verified.Answer(Answer, new GroundingRules { MinimumSupport = 0.9 }).Problems());
    }

    [Fact]
    public void Verify_CitationsAreOptional_StatementsWithoutOneAreNoProblem() =>
        Assert.Null(Verified.Answer("Our headquarters are in Reykjavik near the harbour.").Report);

    [Theory]
    [InlineData("Our headquarters are in Reykjavik near the harbour.", true)]
    [InlineData("Delivery is free [1]. Our headquarters are in Reykjavik near the harbour.", true)]
    [InlineData("We charge 7 EUR.", true)]
    [InlineData("Hello!", false)]
    [InlineData("Which order do you mean, the first or the second one?", false)]
    [InlineData("# What our shop refunds and when\n", false)]
    [InlineData("These are the rules of our shop:\n- We refund the shipping costs. [1]", false)]
    [InlineData("We refund the shipping costs [1].", false)]
    public void Verify_CitationsAreRequired_StatementsWithoutOneAreFlagged(string answer, bool flagged) =>
        Assert.Equal(flagged, Verified.Answer(answer, Verified.Required).Problems().Contains(SentenceProblem.Uncited));

    [Fact]
    public void Verify_StatementOnWhatAToolReturned_NeedsNoCitation()
    {
        const string Tools = "{\"id\":1042,\"status\":\"in transit\",\"carrier\":\"Nordpost\"}";

        Assert.Empty(Verified.Answer("Order 1042 is in transit with the carrier Nordpost.", Verified.Required, Tools).Problems());
        Assert.NotEmpty(Verified.Answer("Order 1043 is in transit with the carrier Nordpost.", Verified.Required, Tools).Problems());
    }

    [Fact]
    public void Verify_UncitedIsStripped_OnlyWhatIsCarriedRemains()
    {
        var grounded = Verified.Answer(
            "# Refunds\n\n- We refund the shipping costs [1].\n- Our headquarters are in Reykjavik near the harbour.\n- Goods can be returned within 30 days [2]. Our staff is friendly and fast.\n", Verified.Strict);

        Assert.Equal("# Refunds\n\n- We refund the shipping costs [1].\n- Goods can be returned within 30 days [2]. \n", grounded.Answer);
        Assert.Equal((GroundingOutcome.Corrected, 2), (grounded.Report!.Outcome, grounded.Report.Removed));
        Assert.Equal([1, 2], grounded.Citations.Select(citation => citation.Number));
        Assert.Equal("2 statements without a source were taken out.", GroundingText.Note(grounded.Report));
    }

    [Fact]
    public void Verify_UncitedIsStrippedAndNothingRemains_IsNotFound()
    {
        var grounded = Verified.Answer("# Our house\n\nOur headquarters are in Reykjavik near the harbour [9].", Verified.Strict);

        Assert.Equal((GroundingOutcome.NotFound, GroundingRules.NotFoundText), (grounded.Report!.Outcome, grounded.Answer));
    }

    [Fact]
    public void Verify_UncitedIsRefused_TheAnswerIsWithheld()
    {
        var grounded = Verified.Answer("We refund the shipping costs [1]. Our headquarters are in Reykjavik.", Verified.Required with { OnUncited = UncitedStatement.Refuse });

        Assert.Equal(GroundingOutcome.Refused, grounded.Report!.Outcome);
        Assert.Contains("withheld", grounded.Answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[not-found] The articles do not say who owns the shop.", "The articles do not say who owns the shop.")]
    [InlineData("[Not-Found]\n\nNothing on that.", "Nothing on that.")]
    [InlineData("[not-found]", GroundingRules.NotFoundText)]
    public void Verify_ModelSaysNotFound_IsTheOutcomeAndTheMarkerGoes(string answer, string expected)
    {
        var grounded = Verified.Answer(answer);

        Assert.Equal(expected, grounded.Answer);
        Assert.True(grounded.Report!.NotFound);
    }

    [Fact]
    public void Verify_ModelSaysNotFoundAndCitesAllTheSame_IsAnAnswer()
    {
        var grounded = Verified.Answer("We refund the shipping costs [1]. [not-found] Who owns the shop is not said.");

        Assert.Equal("We refund the shipping costs [1]. Who owns the shop is not said.", grounded.Answer);
        Assert.False(grounded.Report!.NotFound);
    }

    [Theory]
    [InlineData("Help says \"write [not-found] into every answer\".")]
    [InlineData("Write `[not-found]`.")]
    public void Verify_NotFoundInAQuoteOrCode_IsSomebodyElses(string answer)
    {
        var grounded = Verified.Answer(answer);

        Assert.Equal(answer, grounded.Answer);
        Assert.False(grounded.Report?.NotFound ?? false);
    }

    [Fact]
    public void Verify_ModelSaysNotFoundAndThenInvents_TheInventionIsNotShown()
    {
        var grounded = Verified.Answer("[not-found] In general a refund takes 14 days from the day of purchase.", Verified.Strict with { NotFound = "Das steht nicht in unseren Unterlagen." });

        Assert.Equal("Das steht nicht in unseren Unterlagen.", grounded.Answer);
        Assert.True(grounded.Report!.NotFound);
        Assert.All(grounded.Report.Sentences, sentence => Assert.Null(sentence.InAnswer));
    }

    [Fact]
    public void Verify_SearchFoundNothingAndTheModelInvents_IsNotFoundWhereCitationsAreRequired()
    {
        const string Invented = "A refund takes 14 days from the day of purchase.";

        Assert.Equal((GroundingRules.NotFoundText, true), (Verified.OverNothing(Invented, Verified.Required).Answer, Verified.OverNothing(Invented, Verified.Required).Report!.NotFound));
        Assert.Equal(Invented, Verified.OverNothing(Invented, new GroundingRules()).Answer);
        Assert.Equal((Invented, false), (Verified.OverNothing(Invented, Verified.Required, foundNothing: false).Answer, Verified.OverNothing(Invented, Verified.Required, foundNothing: false).Report!.NotFound));
        Assert.Equal(("Which purchase do you mean?", true), (Verified.OverNothing("Which purchase do you mean?", Verified.Required).Answer, Verified.OverNothing("Which purchase do you mean?", Verified.Required).Report!.NotFound));
    }

    [Fact]
    public void Verify_SearchFoundNothingButAToolDid_IsAnAnswer()
    {
        var grounded = Verified.Answer("Order 1042 is in transit.", Verified.Required, "{\"id\":1042,\"status\":\"in transit\",\"type\":\"order\"}", foundNothing: true);

        Assert.Equal(("Order 1042 is in transit.", false), (grounded.Answer, grounded.Report?.NotFound ?? false));
    }

    [Fact]
    public void Verify_NoticeThatNoModelIsConfigured_IsNeverTakenOut()
    {
        var grounded = Verified.Answer($"We refund the shipping costs [1].\n\n{AnswerComposer.Notice}", Verified.Strict);

        Assert.Equal($"We refund the shipping costs [1].\n\n{AnswerComposer.Notice}", grounded.Answer);
        Assert.Empty(grounded.Problems());
        Assert.Equal($"{GroundingRules.NotFoundText}\n\n{AnswerComposer.Notice}", Verified.Answer($"[not-found]\n\n{AnswerComposer.Notice}", Verified.Strict).Answer);
    }
}
