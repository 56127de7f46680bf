using System.Globalization;
using System.Text.RegularExpressions;

namespace KernelHost.Runs;

/// <summary>Reads the citation markers <c>[n]</c> of an answer.</summary>
internal static partial class CitationMarkers
{
    /// <summary>The passages that the answer cites and that were really retrieved in this run, in the order of their numbers.</summary>
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

    [GeneratedRegex(@"\[[0-9]{1,6}\]", RegexOptions.CultureInvariant)]
    private static partial Regex Marker();
}
