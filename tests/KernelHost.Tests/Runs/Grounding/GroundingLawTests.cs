using System.Globalization;
using System.Text;
using FsCheck.Fluent;
using KernelHost.Runs.Grounding;

namespace KernelHost.Tests.Runs.Grounding;

/// <summary>What holds for every answer, however it is written.</summary>
public sealed class GroundingLawTests
{
    private static readonly string[] Words =
        ["refund", "the", "shipping", "costs", "late", "delivery", "returned", "30", "days", "not", "[1]", "[2]", "[9]", "[01]", "[1, 9]", "\"", "“", "”", "«", "»", "> ", "`", "```", "\n", "\n\n", ".", ". ", "...", "…",
        "*", "(", ")", ":", "[", "]", "[1](x)", "[not-found]", "中文", "\u200B", "\uD83D\uDE00", "\uD800", "e.g.", "- ", "1. ", "#", "|", "?", "we refund the shipping costs"];

    [Fact]
    public void Verify_QuoteInFrontOfACitationThatCounts_StandsInThePassage() => Properties.Check(
        Gen.Choose(0, 3).SelectMany(_ => Gen.Elements("refund", "the", "shipping", "costs", "late", "days", "returned", "not", "we", "If", "delivery", "is").ListOf()).Select(words => string.Join(' ', words)).ToArbitrary(),
        words =>
        {
            var check = Verified.Answer($"So it is: \"{words}\" [1].").Report!.Citations.Single();
            var isLong = QuoteSearch.IsQuote(words);
            var stands = QuoteText.Normalize(Verified.Late).Contains(QuoteText.Normalize(words), StringComparison.OrdinalIgnoreCase);
            Assert.True(!isLong || check.Status != CitationStatus.Verified || stands, words);
            if (check is { Quoted: true, Status: CitationStatus.Verified })
            {
                Assert.Equal(QuoteText.Normalize(words), QuoteText.Normalize(check.InPassage.Text(Verified.Late)), ignoreCase: true);
            }
        },
        400);

    [Fact]
    public void Verify_PieceOfThePassageInQuotes_AlwaysCounts() => Properties.Check(
        Gen.Choose(0, 20).SelectMany(from => Gen.Choose(3, 8).Select(count => string.Join(' ', Verified.Late.Split(' ').Skip(Math.Min(from, 12)).Take(count)))).ToArbitrary(),
        words => Assert.Equal([CitationStatus.Verified], Verified.Answer($"So it is: “{words}” [1].").Statuses()),
        100);

    [Fact]
    public void Verify_AnyAnswer_ChangesNothingButMarkers() => Properties.Check(
        Gen.Elements(Words).ListOf().Select(parts => string.Concat(parts.SelectMany(part => new[] { part, part.Length > 1 ? " " : "" }))).ToArbitrary(),
        answer =>
        {
            var grounded = Verified.Answer(answer);
            if (grounded.Report?.Outcome == GroundingOutcome.NotFound)
            {
                return;
            }

            Assert.True(IsWithout(NotFoundMarker.Take(answer).Answer, grounded.Answer), $"{answer}\n=> {grounded.Answer}");
            Assert.All(grounded.Report?.Citations ?? [], check => Assert.True(check.InAnswer is not { } place || (place.Start >= 0 && place.End <= grounded.Answer.Length)));
            Assert.All(grounded.Citations, citation => Assert.Contains(citation.Number.ToString(CultureInfo.InvariantCulture), grounded.Answer, StringComparison.Ordinal));
        },
        3000);

    [Fact]
    public void Verify_AnswerThatWasVerified_IsVerifiedAgainAsItIs() => Properties.Check(
        Gen.Elements(Words.Where(word => word is not ("[" or "]" or "`" or "```" or "\u200B")).ToArray()).ListOf().Select(parts => string.Join(' ', parts)).ToArbitrary(),
        answer =>
        {
            var once = Verified.Answer(answer);
            var twice = Verified.Answer(once.Answer);
            Assert.True(once.Report is { NotFound: true } || twice.Report?.FalseCitations is null or 0 || twice.Report.Citations.All(check => check.Status != CitationStatus.NotRetrieved), $"{answer}\n=> {once.Answer}");
        },
        1000);

    [Fact]
    public void Verify_AnyAnswerUnderStrictRules_EndsAndKeepsItsSpansInBounds() => Properties.Check(
        Gen.Elements(Words).ListOf().Select(parts => string.Join(' ', parts)).ToArbitrary(),
        answer =>
        {
            var grounded = Verified.Answer(answer, Verified.Strict);
            Assert.All(grounded.Report?.Sentences ?? [], sentence => Assert.True(sentence.InAnswer is not { } place || (place.Start >= 0 && place.Start < place.End && place.End <= grounded.Answer.Length)));
            Assert.False(string.IsNullOrWhiteSpace(grounded.Answer) && !string.IsNullOrWhiteSpace(answer));
        },
        2000);

    // Not how long it takes, but that it ends: quadratic in a megabyte would not.
    [Theory]
    [InlineData("[1]")]
    [InlineData("[1, 2] ")]
    [InlineData("[")]
    [InlineData("\"")]
    [InlineData("\"we refund the shipping costs\" [1] ")]
    [InlineData("\"we never refund the shipping costs [1]\" ")]
    [InlineData("“")]
    [InlineData("`")]
    [InlineData("`` ` ")]
    [InlineData("> [1]\n")]
    [InlineData("> ")]
    [InlineData("Our house is in Reykjavik [9]. ")]
    [InlineData("Our house is in Reykjavik. ")]
    [InlineData("We refund 5 shipping costs [1]. ")]
    [InlineData("1.1")]
    [InlineData(". ")]
    [InlineData("…")]
    [InlineData("[not-found] ")]
    [InlineData("[1]: x\n")]
    [InlineData("- a. b. c\n")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaa ")]
    [InlineData("```\n")]
    [InlineData("中")]
    public void Verify_AMegabyteOfAnything_Ends(string part)
    {
        var answer = new StringBuilder().Insert(0, part, (1 << 20) / part.Length).ToString();
        var passages = Enumerable.Range(1, 20).Select(number => Verified.Passage(number, new string('a', 5000) + Verified.Late)).ToArray();

        Assert.NotEmpty(Verified.Answer(answer, Verified.Strict, passages: passages).Answer);
    }

    // What remains is the answer with pieces taken out that hold nothing but citations.
    private static bool IsWithout(string answer, string rest)
    {
        var (i, j) = (0, 0);
        while (j < rest.Length || i < answer.Length)
        {
            if (i < answer.Length && j < rest.Length && answer[i] == rest[j])
            {
                (i, j) = (i + 1, j + 1);
            }
            else if (i < answer.Length && (char.IsDigit(answer[i]) || answer[i] is '[' or ']' or ',' or ' ' or '\u200B'))
            {
                i++;
            }
            else
            {
                return false;
            }
        }

        return true;
    }
}
