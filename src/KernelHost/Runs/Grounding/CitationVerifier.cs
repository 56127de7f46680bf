namespace KernelHost.Runs.Grounding;

/// <summary>Finds out which citations of an answer are true: of passages that are there, and of words that stand in them.</summary>
internal sealed class CitationVerifier(string answer, Sources sources, QuoteSearch search)
{
    /// <summary>Judges every marker of an answer.</summary>
    /// <param name="markers">All markers, in order.</param>
    /// <param name="quotes">All quotes, in order.</param>
    public List<CitedMarker> Verify(IReadOnlyList<AnswerMarker> markers, IReadOnlyList<AnswerQuote> quotes)
    {
        List<CitedMarker> cited = new(markers.Count);
        foreach (var marker in markers)
        {
            cited.Add(new CitedMarker(marker) { Status = sources.StateOf(marker.Number) });
        }

        var next = 0;
        foreach (var quote in quotes)
        {
            while (next < cited.Count && cited[next].Marker.Group.Start < quote.Whole.Start)
            {
                next++;
            }

            var inner = next;
            while (next < cited.Count && cited[next].Marker.Group.End <= quote.Whole.End)
            {
                next++;
            }

            Judge(quote, cited.GetRange(inner, next - inner), Behind(cited, next, quote));
        }

        return cited;
    }

    // The markers that follow a quote with nothing between but punctuation.
    private List<CitedMarker> Behind(List<CitedMarker> cited, int from, AnswerQuote quote)
    {
        var to = from;
        for (var end = quote.Whole.End; to < cited.Count && IsFiller(end, cited[to].Marker.Group.Start, quote.IsBlock ? 1 : 0); end = cited[to - 1].Marker.Group.End)
        {
            var group = cited[to].Marker.Group;
            while (to < cited.Count && cited[to].Marker.Group == group)
            {
                to++;
            }
        }

        return cited.GetRange(from, to - from);
    }

    private bool IsFiller(int start, int end, int lines)
    {
        for (var i = start; i < end; i++)
        {
            lines -= answer[i] == '\n' ? 1 : 0;
            if (lines < 0 || (!char.IsWhiteSpace(answer[i]) && answer[i] is not ('.' or ',' or ';' or ':' or '!' or '?' or ')' or '*' or '_' or '。' or '、')))
            {
                return false;
            }
        }

        return true;
    }

    private void Judge(AnswerQuote quote, List<CitedMarker> inner, List<CitedMarker> outer)
    {
        if (inner.Count == 0 && outer.Count == 0)
        {
            return;
        }

        var whole = quote.Text(answer, quote.Content);
        if (!QuoteSearch.IsQuote(whole))
        {
            return;
        }

        var trailing = Trailing(quote, inner);
        if (outer.Count > 0)
        {
            JudgeBehind(quote, inner, outer, trailing, whole);
        }
        else if (IsInAny(whole))
        {
            // What a passage says about [3] is no citation of ours.
            inner.ForEach(static marker => marker.IsText = true);
        }
        else
        {
            JudgeWithin(quote, inner);
        }
    }

    private void JudgeBehind(AnswerQuote quote, List<CitedMarker> inner, List<CitedMarker> outer, int trailing, string whole)
    {
        if (Stands(outer, whole, quote.Content))
        {
            inner.ForEach(static marker => marker.IsText = true);
            return;
        }

        if (trailing < inner.Count)
        {
            // "... the shipping costs [1]." [1]: the last ones within are ours.
            var part = new TextSpan(quote.Content.Start, inner[trailing].Marker.Group.Start);
            if (Stands([.. inner[trailing..], .. outer], quote.Text(answer, part), part))
            {
                inner[..trailing].ForEach(static marker => marker.IsText = true);
                return;
            }
        }

        Mismatch(inner, quote.Content);
        Mismatch(outer, quote.Content);
    }

    // Each group within stands for the words between it and the one before.
    private void JudgeWithin(AnswerQuote quote, List<CitedMarker> inner)
    {
        var start = quote.Content.Start;
        foreach (var group in inner.GroupBy(static marker => marker.Marker.Group).ToList())
        {
            var part = new TextSpan(start, group.Key.Start);
            var words = quote.Text(answer, part);
            if (QuoteSearch.IsQuote(words) && !Stands([.. group], words, part))
            {
                Mismatch(group, part);
            }

            start = group.Key.End;
        }
    }

    // One passage of those that are cited together has to hold the quote.
    private bool Stands(List<CitedMarker> cited, string words, TextSpan place)
    {
        var stands = false;
        foreach (var marker in cited.Where(static marker => marker.Status == CitationStatus.Verified))
        {
            var text = sources.Text(marker.Marker.Number);
            if (search.Find(text.Quotable, words) is { } found)
            {
                (marker.Quote, marker.InPassage, stands) = (place, found, true);
            }
            else if (search.Find(text.About, words) is not null)
            {
                (marker.Quote, stands) = (place, true);
            }
        }

        return stands;
    }

    private static void Mismatch(IEnumerable<CitedMarker> cited, TextSpan place)
    {
        foreach (var marker in cited.Where(static marker => marker.Status == CitationStatus.Verified))
        {
            (marker.Status, marker.Quote, marker.InPassage) = (CitationStatus.QuoteMismatch, place, null);
        }
    }

    private bool IsInAny(string words)
    {
        for (var number = 1; number <= sources.Count; number++)
        {
            if (search.Find(sources.Text(number).Quotable, words) is not null)
            {
                return true;
            }
        }

        return false;
    }

    // Where the markers begin that end the quote.
    private int Trailing(AnswerQuote quote, List<CitedMarker> inner)
    {
        var end = quote.Content.End;
        var first = inner.Count;
        while (first > 0 && IsFiller(inner[first - 1].Marker.Group.End, end, lines: 0))
        {
            var group = inner[first - 1].Marker.Group;
            while (first > 0 && inner[first - 1].Marker.Group == group)
            {
                first--;
            }

            end = group.Start;
        }

        return first;
    }
}
