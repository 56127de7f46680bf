using System.Globalization;
using System.Text;

namespace KernelHost.Memory.Ranking;

/// <summary>
/// Cuts text into the words that the keyword index holds. Documents and queries pass the same steps: accents folded, lower case,
/// camelCase parts beside the whole word, a light English stem, overlapping pairs of characters for scripts written without blanks.
/// </summary>
internal static class SearchWords
{
    /// <summary>Raise it with every change of the words, so that collections are indexed anew.</summary>
    public const int Version = 1;

    // Longer "words" are encoded data; nobody searches for them whole.
    private const int LongestWord = 64;

    /// <summary>The words of a document, in order, as often as they occur.</summary>
    public static IReadOnlyList<string> OfDocument(string? text)
    {
        var words = new WordList(new List<string>((text?.Length ?? 0) / 5));
        Visit(text, ref words);
        return words.Words;
    }

    /// <summary>Shows a visitor the words of a document, in order, as often as they occur, without making texts of them.</summary>
    public static void Visit<TVisitor>(string? text, ref TVisitor visitor)
        where TVisitor : struct, IWordVisitor
    {
        if (!string.IsNullOrEmpty(text))
        {
            Collect(text, ref visitor, isQuery: false);
        }
    }

    /// <summary>The distinct words of a query that carry meaning, at most <paramref name="limit"/>.</summary>
    public static IReadOnlyList<string> ForQuery(string text, int limit)
    {
        var words = new WordList([]);
        Collect(text, ref words, isQuery: true);
        return words.Words.Distinct(StringComparer.Ordinal).Take(limit).ToList();
    }

    private static void Collect<TVisitor>(string text, ref TVisitor words, bool isQuery)
        where TVisitor : struct, IWordVisitor
    {
        var folded = Fold(text);
        var position = 0;
        while (position < folded.Length)
        {
            var start = position;
            var kind = KindAt(folded, ref position);
            if (kind == Kind.Separator)
            {
                continue;
            }

            var end = position;
            while (position < folded.Length && KindAt(folded, ref position) == kind)
            {
                end = position;
            }

            position = end;
            var run = folded.AsSpan(start, end - start);
            if (kind == Kind.Unsegmented)
            {
                AddPairs(run, ref words, isQuery);
            }
            else
            {
                AddWord(run, ref words, isQuery);
            }
        }
    }

    private static void AddWord<TVisitor>(ReadOnlySpan<char> run, ref TVisitor words, bool isQuery)
        where TVisitor : struct, IWordVisitor
    {
        Add(run, ref words, isQuery);
        if (!run.ContainsAnyExceptInRange('a', 'z'))
        {
            return;
        }

        var start = 0;
        for (var i = 1; i < run.Length; i++)
        {
            if (IsBoundary(run, i))
            {
                AddPart(run[start..i], ref words, isQuery);
                start = i;
            }
        }

        if (start > 0)
        {
            AddPart(run[start..], ref words, isQuery);
        }
    }

    private static void AddPart<TVisitor>(ReadOnlySpan<char> part, ref TVisitor words, bool isQuery)
        where TVisitor : struct, IWordVisitor
    {
        if (part.Length > 1)
        {
            Add(part, ref words, isQuery);
        }
    }

    private static void Add<TVisitor>(ReadOnlySpan<char> run, ref TVisitor words, bool isQuery)
        where TVisitor : struct, IWordVisitor
    {
        var length = run.Length <= LongestWord ? run.Length : LongestWord - (char.IsHighSurrogate(run[LongestWord - 1]) ? 1 : 0);
        Span<char> buffer = stackalloc char[LongestWord];
        var word = buffer[..run[..length].ToLowerInvariant(buffer)];
        if (!isQuery || !StopWords.Contains(word))
        {
            words.Add(LightStem.Of(word));
        }
    }

    // A lone character is in the index too, so that a query of one character finds it; a longer query is served by its pairs alone.
    private static void AddPairs<TVisitor>(ReadOnlySpan<char> run, ref TVisitor words, bool isQuery)
        where TVisitor : struct, IWordVisitor
    {
        var (previous, position) = (0, 0);
        foreach (var rune in run.EnumerateRunes())
        {
            var end = position + rune.Utf16SequenceLength;
            if (position > 0)
            {
                words.Add(run[previous..end]);
            }

            if (!isQuery || end - position == run.Length)
            {
                words.Add(run[position..end]);
            }

            (previous, position) = (position, end);
        }
    }

    private static bool IsBoundary(ReadOnlySpan<char> run, int i)
    {
        var (before, here) = (run[i - 1], run[i]);
        return char.IsDigit(before) != char.IsDigit(here)
            || (char.IsLower(before) && char.IsUpper(here))
            || (char.IsUpper(before) && char.IsUpper(here) && i + 1 < run.Length && char.IsLower(run[i + 1]));
    }

    private static Kind KindAt(string text, ref int position)
    {
        if (char.IsAscii(text[position]))
        {
            return char.IsAsciiLetterOrDigit(text[position++]) ? Kind.Word : Kind.Separator;
        }

        var rune = Rune.GetRuneAt(text, position);
        position += rune.Utf16SequenceLength;
        if (IsUnsegmented(rune.Value))
        {
            return Rune.IsPunctuation(rune) || Rune.IsSymbol(rune) ? Kind.Separator : Kind.Unsegmented;
        }

        return Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            ? Kind.Word
            : Kind.Separator;
    }

    // Thai, Lao, Myanmar, Khmer, Hangul, kana, Han: blanks do not separate what people look for.
    internal static bool IsUnsegmented(int c) => c
        is (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1100 and <= 0x11FF) or (>= 0x1780 and <= 0x17FF)
        or (>= 0x3005 and <= 0x3007) or (>= 0x3040 and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF) or (>= 0x3400 and <= 0x4DBF)
        or (>= 0x4E00 and <= 0x9FFF) or (>= 0xAC00 and <= 0xD7AF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF);

    private static string Fold(string text)
    {
        if (Ascii.IsValid(text))
        {
            return text;
        }

        // Enumerating runes replaces halves of surrogate pairs, which Normalize would refuse.
        var folded = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            folded.Append(rune.ToString());
        }

        var decomposed = folded.ToString().Normalize(NormalizationForm.FormKD);
        folded.Clear();
        foreach (var character in decomposed)
        {
            _ = character switch
            {
                >= '\u0300' and <= '\u036F' => folded,
                'ß' => folded.Append("ss"),
                'ẞ' => folded.Append("SS"),
                'æ' => folded.Append("ae"),
                'Æ' => folded.Append("AE"),
                'œ' => folded.Append("oe"),
                'Œ' => folded.Append("OE"),
                'ø' => folded.Append('o'),
                'Ø' => folded.Append('O'),
                'ł' => folded.Append('l'),
                'Ł' => folded.Append('L'),
                'đ' => folded.Append('d'),
                'Đ' => folded.Append('D'),
                'ı' => folded.Append('i'),
                'ς' => folded.Append('σ'),
                // Soft hyphens, joiners and direction marks are invisible inside words.
                _ when char.GetUnicodeCategory(character) == UnicodeCategory.Format => folded,
                _ => folded.Append(character),
            };
        }

        return folded.ToString().Normalize(NormalizationForm.FormC);
    }

    private readonly struct WordList(List<string> words) : IWordVisitor
    {
        public List<string> Words => words;

        public void Add(ReadOnlySpan<char> word) => words.Add(word.ToString());
    }

    private enum Kind
    {
        Separator,
        Word,
        Unsegmented,
    }
}
