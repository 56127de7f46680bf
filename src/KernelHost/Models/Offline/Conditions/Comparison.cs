using System.Globalization;
using KernelHost.Models.Offline.Language;

namespace KernelHost.Models.Offline.Conditions;

/// <summary>A comparison in a condition: "over 100", "at least 3", "less than 5 days", "before 2026-11-20".</summary>
/// <param name="Sign">Greater, at least, less, at most, equal: &gt; ] &lt; [ =.</param>
/// <param name="Value">The number, or the days of a date since the year 1.</param>
/// <param name="IsDate">It compares dates.</param>
internal sealed record Comparison(char Sign, decimal Value, bool IsDate)
{
    public static Comparison? Read(List<Token> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            var token = words[i];
            var before = i > 0 ? words[i - 1].Lower : "";
            var earlier = i > 1 ? words[i - 2].Lower : "";
            if (token.Kind == TokenKind.Date && before is "before" or "after" or "since" or "until" or "by")
            {
                return Days(token.Value) is { } days
                    ? new Comparison(before switch { "after" => '>', "since" => ']', "before" => '<', _ => '[' }, days, IsDate: true) : null;
            }

            if (token.Kind != TokenKind.Number)
            {
                continue;
            }

            var after = i + 2 < words.Count && words[i + 1].Is("or") ? words[i + 2].Lower : "";
            var sign = before switch
            {
                "over" or "above" or "exceeds" or "exceeding" or "beyond" or ">" => '>',
                "under" or "below" or "<" => '<',
                "least" => ']',
                "most" when earlier == "at" => '[',
                "than" when earlier is "more" or "greater" or "higher" or "larger" or "longer" or "older" or "bigger" => '>',
                "than" when earlier is "less" or "fewer" or "lower" or "smaller" or "shorter" or "younger" => '<',
                "exactly" or "equals" or "=" => '=',
                _ => after is "more" or "above" or "over" ? ']' : after is "less" or "fewer" or "below" ? '[' : '\0',
            };
            if (sign != '\0')
            {
                return new Comparison(sign, decimal.Parse(token.Value, CultureInfo.InvariantCulture), IsDate: false);
            }
        }

        return null;
    }

    public static decimal? Days(string text) =>
        text.Length >= 10 && DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date.DayNumber : null;

    public bool Holds(decimal actual) => Sign switch
    {
        '>' => actual > Value,
        ']' => actual >= Value,
        '<' => actual < Value,
        '[' => actual <= Value,
        _ => actual == Value,
    };

    /// <summary>Words that belong to the comparison and name no field.</summary>
    public static bool IsOwnWord(string word) => word is
        "over" or "above" or "exceed" or "exceeds" or "exceeding" or "beyond" or "under" or "below" or "least" or "most" or "than" or "more" or "greater"
        or "higher" or "larger" or "longer" or "older" or "less" or "fewer" or "lower" or "smaller" or "shorter" or "younger" or "exactly" or "equals"
        or "euro" or "euros" or "eur" or "dollar" or "dollars" or "usd" or "gbp" or "pound" or "pounds" or "bigger";
}
