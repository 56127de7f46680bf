using System.Globalization;
using System.Text;
using KernelHost.Memory.Ranking;

namespace KernelHost.Runs.Grounding;

/// <summary>The numbers in a text, whatever separates their digits: <c>1,200</c>, <c>1.200,00</c> and <c>1 200</c> are one number.</summary>
internal static class TextNumbers
{
    private const int LongestNumber = 40;

    // English, German, French, Spanish; as words of the index.
    private static readonly (string Word, string Number)[] Words =
    [
        .. Numbered("zero one two three four five six seven eight nine ten eleven twelve"),
        .. Numbered("null ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf"),
        .. Numbered("zero un deux trois quatre cinq six sept huit neuf dix onze douze"),
        .. Numbered("cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce"),
        (LightStem.Of("eine"), "1"), (LightStem.Of("twenty"), "20"), (LightStem.Of("thirty"), "30"), (LightStem.Of("sixty"), "60"), (LightStem.Of("ninety"), "90"), (LightStem.Of("hundred"), "100"),
    ];

    /// <summary>Each number of a text as the values it may stand for, of which one is meant.</summary>
    public static List<string[]> Find(ReadOnlySpan<char> text)
    {
        List<string[]> numbers = [];
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsDigit(text[i]))
            {
                var end = End(text, i);
                Read(text[i..end], numbers);
                i = end - 1;
            }
        }

        return numbers;
    }

    /// <summary>Every value that a number in a text may stand for, with those that are written as words.</summary>
    public static HashSet<string> All(string text, HashSet<string> words)
    {
        var all = Find(text).SelectMany(static values => values).ToHashSet(StringComparer.Ordinal);
        foreach (var (word, number) in Words)
        {
            if (words.Contains(word))
            {
                all.Add(number);
            }
        }

        return all;
    }

    private static IEnumerable<(string, string)> Numbered(string words) =>
        words.Split(' ').Select(static (word, number) => (LightStem.Of(word), number.ToString(CultureInfo.InvariantCulture)));

    private static int End(ReadOnlySpan<char> text, int start)
    {
        var i = start + 1;
        while (i < text.Length && i - start < LongestNumber)
        {
            if (char.IsDigit(text[i]))
            {
                i++;
            }
            else if (IsSeparator(text[i]) && i + 1 < text.Length && char.IsDigit(text[i + 1]) && (!IsBlank(text[i]) || IsGroup(text, i + 1)))
            {
                i += 2;
            }
            else
            {
                break;
            }
        }

        return i;
    }

    private static bool IsSeparator(char character) => character is '.' or ',' or '\'' or '’' || IsBlank(character);

    private static bool IsBlank(char character) => character is ' ' or '\u00A0' or '\u202F' or '\u2009';

    private static bool IsGroup(ReadOnlySpan<char> text, int start) =>
        start + 3 <= text.Length && char.IsDigit(text[start + 1]) && char.IsDigit(text[start + 2]) && (start + 3 == text.Length || !char.IsDigit(text[start + 3]));

    private static void Read(ReadOnlySpan<char> written, List<string[]> numbers)
    {
        List<string> groups = [];
        List<char> separators = [];
        StringBuilder group = new();
        foreach (var character in written)
        {
            if (char.IsDigit(character))
            {
                group.Append((char)('0' + (int)char.GetNumericValue(character)));
            }
            else
            {
                groups.Add(group.ToString());
                separators.Add(IsBlank(character) ? ' ' : character == '’' ? '\'' : character);
                group.Clear();
            }
        }

        groups.Add(group.ToString());
        var thousands = groups[0].Length <= 3 && groups.Skip(1).All(static one => one.Length == 3);
        if (separators.Count == 0)
        {
            numbers.Add([Whole(groups[0])]);
        }
        else if (separators.Count == 1)
        {
            var isWhole = separators[0] is ' ' or '\'';
            numbers.Add(isWhole ? [Whole(string.Concat(groups))] : thousands ? [Decimal(groups[0], groups[1]), Whole(string.Concat(groups))] : [Decimal(groups[0], groups[1])]);
        }
        else if (separators.TrueForAll(one => one == separators[0]))
        {
            // A date, a version, an address: its parts.
            numbers.AddRange(thousands ? [[Whole(string.Concat(groups))]] : groups.Select(static one => new[] { Whole(one) }));
        }
        else
        {
            numbers.Add([Decimal(string.Concat(groups.SkipLast(1)), groups[^1])]);
        }
    }

    private static string Whole(string digits) => digits.TrimStart('0') is { Length: > 0 } significant ? significant : "0";

    private static string Decimal(string whole, string fraction) => fraction.TrimEnd('0') is { Length: > 0 } rest ? $"{Whole(whole)}.{rest}" : Whole(whole);
}
