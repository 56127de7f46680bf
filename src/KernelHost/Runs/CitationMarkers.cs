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

    /// <summary>Gives citation markers other numbers. One that has none becomes <c>(n)</c>, so that it cites nothing.</summary>
    public static string Renumber(string answer, IReadOnlyDictionary<int, int> numbers) => !answer.Contains('[', StringComparison.Ordinal) ? answer
        : Marker().Replace(answer, match =>
        {
            var number = int.Parse(match.ValueSpan[1..^1], CultureInfo.InvariantCulture);
            return numbers.TryGetValue(number, out var other)
                ? string.Create(CultureInfo.InvariantCulture, $"[{other}]")
                : string.Create(CultureInfo.InvariantCulture, $"({match.ValueSpan[1..^1]})");
        });

    [GeneratedRegex(@"\[[0-9]{1,6}\]", RegexOptions.CultureInvariant)]
    private static partial Regex Marker();
}
