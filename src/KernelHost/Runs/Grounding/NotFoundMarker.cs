namespace KernelHost.Runs.Grounding;

/// <summary>How a model says that the passages do not hold what was asked.</summary>
internal static class NotFoundMarker
{
    public const string Text = "[not-found]";

    /// <summary>The answer without the marker, and whether it had one. One in code or in a quote is somebody else's.</summary>
    public static (string Answer, bool Found) Take(string answer)
    {
        if (!answer.Contains(Text, StringComparison.OrdinalIgnoreCase))
        {
            return (answer, false);
        }

        var code = AnswerCode.Find(answer);
        List<TextSpan> taken = [.. code, .. AnswerQuote.Find(answer, code).Select(static quote => quote.Whole)];
        taken.Sort(static (one, other) => one.Start.CompareTo(other.Start));
        var kept = new System.Text.StringBuilder(answer.Length);
        var (at, next, found) = (0, 0, false);
        while (answer.IndexOf(Text, at, StringComparison.OrdinalIgnoreCase) is >= 0 and var place)
        {
            while (next < taken.Count && taken[next].End <= place)
            {
                next++;
            }

            var end = place + Text.Length;
            kept.Append(answer, at, place - at);
            if (next < taken.Count && taken[next].Contains(place))
            {
                kept.Append(answer, place, Text.Length);
            }
            else
            {
                found = true;
                while (end < answer.Length && answer[end] is ' ' or '\n' or '\r')
                {
                    end++;
                }
            }

            at = end;
        }

        kept.Append(answer, at, answer.Length - at);
        return (kept.ToString(), found);
    }
}
