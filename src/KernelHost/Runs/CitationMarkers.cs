using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using KernelHost.Runs.Grounding;

namespace KernelHost.Runs;

/// <summary>Reads and writes the citation markers <c>[n]</c> of answers that are not verified, or have been.</summary>
internal static partial class CitationMarkers
{
    /// <summary>The passages whose numbers stand in brackets anywhere in an answer that is not verified, in the order of their numbers.</summary>
    public static IReadOnlyList<Citation> Cited(string answer, IReadOnlyList<Citation> passages)
    {
        if (passages.Count == 0 || !answer.Contains('[', StringComparison.Ordinal))
        {
            return [];
        }

        var numbers = new SortedSet<int>();
        foreach (var match in Marker().EnumerateMatches(answer))
        {
            if (int.TryParse(answer.AsSpan(match.Index + 1, match.Length - 2), CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= passages.Count)
            {
                numbers.Add(number);
            }
        }

        return [.. numbers.Select(number => passages[number - 1])];
    }

    /// <summary>Gives citation markers other numbers. One that has none becomes <c>(n)</c>, so that it cites nothing; what is in code stays.</summary>
    public static string Renumber(string answer, IReadOnlyDictionary<int, int> numbers)
    {
        var renumbered = new StringBuilder(answer.Length);
        var at = 0;
        foreach (var group in AnswerMarker.Find(answer, AnswerCode.Find(answer)).GroupBy(static marker => marker.Group))
        {
            var others = group.Select(marker => numbers.TryGetValue(marker.Number, out var other) ? string.Create(CultureInfo.InvariantCulture, $"[{other}]") : $"({marker.Span.Of(answer)})");
            renumbered.Append(answer, at, group.Key.Start - at).AppendJoin(' ', others);
            at = group.Key.End;
        }

        return renumbered.Append(answer, at, answer.Length - at).ToString();
    }

    [GeneratedRegex(@"\[[0-9]{1,6}\]", RegexOptions.CultureInvariant)]
    private static partial Regex Marker();
}
