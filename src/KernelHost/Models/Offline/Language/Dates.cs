using System.Globalization;

namespace KernelHost.Models.Offline.Language;

/// <summary>
/// Dates and times. A date is read only where the text gives all of it, or where the conversation says which day today is:
/// the clock of the machine is never asked, so that the same conversation gives the same answer.
/// </summary>
internal static class Dates
{
    /// <summary>A date or time written as one chunk: 2026-11-23, 2026-11-23T10:00, 23.11.2026, 10:30, 3pm.</summary>
    public static Token? Read(string chunk, int start, int end)
    {
        if (chunk.Length > 40)
        {
            return null;
        }

        if (DateOnly.TryParseExact(chunk, ["yyyy-MM-dd", "yyyy/MM/dd", "d.M.yyyy", "dd.MM.yyyy"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return Of(date, chunk, start, end);
        }

        if (chunk.Length >= 16 && chunk[4] == '-' && chunk[10] is 'T' or 't'
            && DateTimeOffset.TryParse(chunk, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
        {
            return new Token(TokenKind.Date, chunk, start, end);
        }

        var clock = chunk.ToLowerInvariant();
        return TimeOnly.TryParseExact(clock, ["H:mm", "HH:mm", "H:mm:ss", "htt", "h:mmtt"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? new Token(TokenKind.Time, chunk, start, end) { Value = time.ToString("HH:mm:ss", CultureInfo.InvariantCulture) }
            : null;
    }

    /// <summary>Joins what several tokens say together: "23 November 2026", "tomorrow", "next Monday", "in 3 days", "3 pm".</summary>
    public static List<Token> Join(List<Token> tokens, DateOnly? today)
    {
        var joined = new List<Token>(tokens.Count);
        for (var i = 0; i < tokens.Count;)
        {
            var (token, length) = Absolute(tokens, i, today) ?? (today is { } day ? Relative(tokens, i, day) : null) ?? Clock(tokens, i) ?? (tokens[i], 1);
            joined.Add(token);
            i += length;
        }

        return joined;
    }

    /// <summary>The day that a message calls today: the first ISO date within a few words of "today", "date" or "now".</summary>
    public static DateOnly? Today(string text)
    {
        var tokens = Tokenizer.Read(text.Length > 8000 ? text[..8000] : text);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Lower is not ("today" or "date" or "now"))
            {
                continue;
            }

            for (var j = i + 1; j < tokens.Count && j <= i + 6; j++)
            {
                var date = tokens[j].Kind == TokenKind.Date ? tokens[j] : Absolute(tokens, j, null)?.Token;
                if (date is not null)
                {
                    return DateOnly.ParseExact(date.Value.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture);
                }
            }
        }

        return null;
    }

    private static Token Of(DateOnly date, string text, int start, int end) =>
        new(TokenKind.Date, text, start, end) { Value = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) };

    private static (Token Token, int Length)? Absolute(List<Token> tokens, int i, DateOnly? today)
    {
        var dayFirst = Day(tokens, i) is > 0 && Month(tokens, i + 1) > 0;
        var monthFirst = !dayFirst && Month(tokens, i) > 0 && Day(tokens, i + 1) > 0;
        if (!dayFirst && !monthFirst)
        {
            return null;
        }

        var (day, month) = dayFirst ? (Day(tokens, i), Month(tokens, i + 1)) : (Day(tokens, i + 1), Month(tokens, i));
        var next = i + 2;
        if (next + 1 < tokens.Count && tokens[next].Is(",") && Year(tokens, next + 1) > 0)
        {
            next++;
        }

        var year = Year(tokens, next);
        var length = next - i + (year > 0 ? 1 : 0);
        year = year > 0 ? year : today?.Year ?? 0;
        if (year == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return null;
        }

        length = year > 0 && Year(tokens, next) > 0 ? length : 2;
        return (Of(new DateOnly(year, month, day), "", tokens[i].Start, tokens[i + length - 1].End), length);
    }

    private static (Token Token, int Length)? Relative(List<Token> tokens, int i, DateOnly today)
    {
        (Token, int) Made(DateOnly date, int length) => (Of(date, "", tokens[i].Start, tokens[i + length - 1].End), length);
        var word = tokens[i].Lower;
        if (!tokens[i].IsWord && tokens[i].Kind != TokenKind.Number)
        {
            return null;
        }

        switch (word)
        {
            case "today" or "tonight":
                return Made(today, 1);
            case "tomorrow":
                return Made(today.AddDays(1), 1);
            case "yesterday":
                return Made(today.AddDays(-1), 1);
            case "next" or "on" or "this" when i + 1 < tokens.Count && Weekday(tokens[i + 1].Lower) is { } weekday:
                return Made(Upcoming(today, weekday), 2);
            case "in" when Count(tokens, i + 1) is > 0 and <= 5000 && i + 2 < tokens.Count && tokens[i + 2].Stem is "day" or "week":
                return Made(today.AddDays(Count(tokens, i + 1) * (tokens[i + 2].Stem == "week" ? 7 : 1)), 3);
            default:
                return Count(tokens, i) is > 0 and <= 5000 && i + 2 < tokens.Count && tokens[i + 1].Stem is "day" or "week" && tokens[i + 2].Is("ago")
                    ? Made(today.AddDays(-Count(tokens, i) * (tokens[i + 1].Stem == "week" ? 7 : 1)), 3)
                    : null;
        }
    }

    // "3 pm" in two tokens.
    private static (Token Token, int Length)? Clock(List<Token> tokens, int i)
    {
        if (tokens[i].Kind is not (TokenKind.Number or TokenKind.Time) || i + 1 >= tokens.Count || tokens[i + 1].Lower is not ("am" or "pm"))
        {
            return null;
        }

        var text = tokens[i].Text + tokens[i + 1].Lower;
        return Read(text, tokens[i].Start, tokens[i + 1].End) is { Kind: TokenKind.Time } time ? (time, 2) : null;
    }

    private static DateOnly Upcoming(DateOnly today, DayOfWeek weekday)
    {
        var days = ((int)weekday - (int)today.DayOfWeek + 7) % 7;
        return today.AddDays(days == 0 ? 7 : days);
    }

    private static DayOfWeek? Weekday(string word) =>
        Enum.TryParse<DayOfWeek>(word, ignoreCase: true, out var day) && !char.IsAsciiDigit(word[0]) ? day : null;

    private static int Count(List<Token> tokens, int i) =>
        i < tokens.Count && tokens[i].Kind == TokenKind.Number && int.TryParse(tokens[i].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;

    private static int Day(List<Token> tokens, int i) => Count(tokens, i) is var day and <= 31 ? day : 0;

    private static int Year(List<Token> tokens, int i) => Count(tokens, i) is var year and >= 1900 and <= 2200 ? year : 0;

    private static int Month(List<Token> tokens, int i)
    {
        if (i >= tokens.Count || !tokens[i].IsWord)
        {
            return 0;
        }

        return tokens[i].Lower switch
        {
            "january" or "jan" => 1,
            "february" or "feb" => 2,
            "march" or "mar" => 3,
            "april" or "apr" => 4,
            "may" => 5,
            "june" or "jun" => 6,
            "july" or "jul" => 7,
            "august" or "aug" => 8,
            "september" or "sep" or "sept" => 9,
            "october" or "oct" => 10,
            "november" or "nov" => 11,
            "december" or "dec" => 12,
            _ => 0,
        };
    }
}
