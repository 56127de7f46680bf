using KernelHost.Agents;
using KernelHost.Models.Offline.Answers;

namespace KernelHost.Runs.Grounding;

/// <summary>
/// Verifies an answer against the passages of its conversation: no model is asked, and the same answer over the same passages gives the same result in
/// every process. Its time grows with the length of the answer and of the passages, whatever stands in them.
/// </summary>
internal sealed class GroundingCheck
{
    private readonly GroundingInput _input;
    private readonly Sources _sources;
    private readonly string _answer;
    private readonly bool _saysNotFound;
    private readonly List<CitedMarker> _markers;
    private readonly List<JudgedSentence> _sentences;
    private readonly AnswerEdits _edits;

    private GroundingCheck(string answer, GroundingInput input)
    {
        (_answer, _saysNotFound) = NotFoundMarker.Take(answer);
        (_input, _sources, _edits) = (input, new Sources(input), new AnswerEdits(_answer));
        var code = AnswerCode.Find(_answer);
        var quotes = AnswerQuote.Find(_answer, code);
        var markers = AnswerMarker.Find(_answer, code);
        var search = new QuoteSearch();
        _markers = new CitationVerifier(_answer, _sources, search).Verify(markers, quotes);
        _sentences = new SentenceVerifier(_answer, input.Rules, _sources, search).Verify(AnswerSentence.Find(_answer, code, quotes, markers), _markers, quotes);
    }

    private GroundingRules Rules => _input.Rules;

    private bool IsRequired => Rules.Citations == CitationUse.Required;

    private bool Cites => _markers.Exists(static marker => marker.IsTrue);

    private bool HasUncited => _sentences.Exists(static sentence => sentence.IsUncited);

    /// <summary>Verifies what a model answered.</summary>
    public static GroundedAnswer Verify(string answer, GroundingInput input)
    {
        // That an answer was put together by rules is the host's to say; no passage has to carry it, and no rule takes it out.
        var notice = answer.EndsWith(AnswerComposer.Notice, StringComparison.Ordinal) ? AnswerComposer.Notice : "";
        var said = answer[..^notice.Length];
        var grounded = new GroundingCheck(said, input).Decide();
        if (notice.Length == 0)
        {
            return grounded;
        }

        var gap = said.Length - said.TrimEnd().Length;
        var text = grounded.Answer.TrimEnd();
        return grounded with { Answer = text.Length == 0 ? notice : $"{text}{(gap > 0 ? said[^gap..] : "\n\n")}{notice}" };
    }

    private GroundedAnswer Decide()
    {
        if (Rules.OnFalse == FalseCitation.Refuse && _markers.Exists(static marker => marker.IsFalse))
        {
            return Instead(GroundingOutcome.Refused, GroundingText.Refusal(_markers));
        }

        // What a tool returned may be all that was needed.
        if (!Cites && (_saysNotFound || (IsRequired && _input.FoundNothing && !_sentences.Exists(static sentence => sentence.IsOfTools))))
        {
            return NotFound();
        }

        if (IsRequired && HasUncited && Rules.OnUncited == UncitedStatement.Refuse)
        {
            return Instead(GroundingOutcome.Refused, GroundingText.UncitedRefusal);
        }

        return Corrected();
    }

    // The model's own words stay where they state nothing, or where the agent's builder wants to see what is uncited.
    private GroundedAnswer NotFound()
    {
        var keeps = !IsRequired || !HasUncited || (_saysNotFound && Rules.OnUncited == UncitedStatement.Flag);
        return !keeps || string.IsNullOrWhiteSpace(_answer) ? Instead(GroundingOutcome.NotFound, Rules.NotFound ?? GroundingRules.NotFoundText) : Corrected(GroundingOutcome.NotFound);
    }

    private GroundedAnswer Instead(GroundingOutcome outcome, string text) => new(text, [], Report(outcome, static _ => null, removed: null));

    private GroundedAnswer Corrected(GroundingOutcome? known = null)
    {
        foreach (var group in _markers.GroupBy(static marker => marker.Marker.Group).Where(static group => group.Any(static marker => marker.IsFalse)))
        {
            _edits.Strip(group.Key, [.. group.Where(static marker => marker.IsTrue).Select(static marker => marker.Marker.Number)]);
        }

        int? removed = null;
        if (IsRequired && HasUncited && Rules.OnUncited == UncitedStatement.Strip && known is null)
        {
            var taken = _sentences.FindAll(static sentence => sentence.IsUncited);
            removed = taken.Count;
            _edits.Remove(taken.ConvertAll(static sentence => sentence.Span));
        }

        var text = _edits.Apply();
        if (!IsLeft(text, removed))
        {
            return Instead(GroundingOutcome.NotFound, Rules.NotFound ?? GroundingRules.NotFoundText);
        }

        var outcome = known ?? (_edits.Any ? GroundingOutcome.Corrected : _sentences.Exists(static sentence => sentence.Problems.Count > 0) ? GroundingOutcome.Flagged : GroundingOutcome.Verified);
        var cited = _markers.Where(marker => marker.IsTrue && _edits.Moved(marker.Marker.Span) is not null).Select(static marker => marker.Marker.Number).Distinct().Order();
        return new GroundedAnswer(text, [.. cited.Select(_sources.Passage)], Report(outcome, _edits.Moved, removed));
    }

    // A heading over statements that were taken out is no answer.
    private bool IsLeft(string text, int? removed) => !string.IsNullOrWhiteSpace(text)
        && (removed is null || Cites || _sentences.Exists(static sentence => sentence is { IsUncited: false, IsTitle: false }));

    private GroundingReport? Report(GroundingOutcome outcome, Func<TextSpan, TextSpan?> place, int? removed)
    {
        var judged = _markers.FindAll(static marker => !marker.IsText);
        var flagged = _sentences.FindAll(static sentence => sentence.Problems.Count > 0);
        if (judged.Count == 0 && flagged.Count == 0 && outcome == GroundingOutcome.Verified)
        {
            return null;
        }

        var unlisted = Math.Max(0, judged.Count - GroundingReport.MostListed) + Math.Max(0, flagged.Count - GroundingReport.MostListed);
        return new GroundingReport(outcome)
        {
            Citations = [.. judged.Take(GroundingReport.MostListed).Select(marker => Describe(marker, place))],
            Sentences = [.. flagged.Take(GroundingReport.MostListed).Select(sentence => new SentenceCheck(sentence.Problems) { InAnswer = place(sentence.Span), Support = sentence.Support })],
            Unlisted = unlisted > 0 ? unlisted : null,
            FalseCitations = judged.Count(static marker => marker.IsFalse),
            Removed = removed,
        };
    }

    private CitationCheck Describe(CitedMarker marker, Func<TextSpan, TextSpan?> place)
    {
        var check = new CitationCheck(marker.Marker.Number, marker.Status)
        {
            InAnswer = marker.Claim is { } claim ? place(claim) : null,
            InPassage = marker.InPassage,
            Quoted = marker.Quote is null ? null : true,
        };
        if (marker.Status is CitationStatus.NotRetrieved or CitationStatus.NotVisible)
        {
            return check;
        }

        var passage = _sources.Passage(marker.Marker.Number);
        return check with { Source = passage.Source, Title = passage.Title, Section = passage.Section, Version = passage.Version, Page = passage.Page };
    }
}
