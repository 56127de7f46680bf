using System.Globalization;
using System.Text;

namespace KernelHost.Models.Offline.Language;

/// <summary>Cuts text into tokens in one pass, whatever it holds.</summary>
internal static class Tokenizer
{
    private const int LongestQuotation = 2000;
    private const int LongestChunk = 256;

    /// <summary>The tokens of a user's text. A mark with the text "\n" is the end of a line that ends a sentence.</summary>
    public static List<Token> Read(string text)
    {
        var tokens = new List<Token>();
        var position = 0;
        while (position < text.Length)
        {
            var character = text[position];
            if (character == '\n' && EndsSentence(text, position))
            {
                tokens.Add(new Token(TokenKind.Mark, "\n", position, position + 1));
            }

            if (char.IsWhiteSpace(character) || char.IsControl(character))
            {
                position++;
            }
            else if (ClosingQuote(text, position) is var close and > 0)
            {
                tokens.Add(new Token(TokenKind.Quoted, text[(position + 1)..close], position, close + 1));
                position = close + 1;
            }
            else if (IsMark(character))
            {
                tokens.Add(new Token(TokenKind.Mark, character.ToString(), position, ++position));
            }
            else
            {
                position = ReadChunk(text, position, tokens);
            }
        }

        return tokens;
    }

    /// <summary>The stems of a description or of any other prose, without stop words.</summary>
    /// <param name="text">The prose.</param>
    /// <param name="quotations">Whether the words of quotations count too; a tool is not chosen by them.</param>
    public static IEnumerable<string> Stems(string text, bool quotations = false)
    {
        foreach (var token in Read(text.Length > 2000 ? text[..2000] : text))
        {
            if (token.IsContent)
            {
                foreach (var part in Names.Split(token.Text))
                {
                    yield return Stemmer.Stem(part);
                }
            }
            else if (quotations && token.Kind == TokenKind.Quoted)
            {
                foreach (var stem in Stems(token.Text, quotations))
                {
                    yield return stem;
                }
            }
        }
    }

    private static bool EndsSentence(string text, int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }

        return position < text.Length && (char.IsUpper(text[position]) || text[position] is '-' or '*' or '"' || char.IsDigit(text[position]));
    }

    private static int ReadChunk(string text, int start, List<Token> tokens)
    {
        var end = start;
        while (end < text.Length && end - start < LongestChunk && !EndsChunk(text, start, end))
        {
            end++;
        }

        // A full stop, colon or dash at the end of a chunk belongs to the sentence, not to the value.
        var last = end;
        while (last > start + 1 && text[last - 1] is '.' or ':' or '\'' or '’' or '-')
        {
            last--;
        }

        Values.Classify(text[start..last], start, tokens);
        for (var i = last; i < end; i++)
        {
            if (text[i] is '.' or ':')
            {
                tokens.Add(new Token(TokenKind.Mark, text[i].ToString(), i, i + 1));
            }
        }

        return end;
    }

    private static bool EndsChunk(string text, int start, int position)
    {
        var character = text[position];
        if (character == ',')
        {
            // 1,234.50 is one number, "1042,1043" are two.
            return !(position > start && char.IsAsciiDigit(text[position - 1]) && IsThousands(text, start, position));
        }

        return char.IsWhiteSpace(character) || char.IsControl(character) || (position > start && IsMark(character));
    }

    private static bool IsThousands(string text, int start, int comma)
    {
        for (var i = comma + 1; i <= comma + 3; i++)
        {
            if (i >= text.Length || !char.IsAsciiDigit(text[i]))
            {
                return false;
            }
        }

        return comma - start <= 4 && (comma + 4 >= text.Length || !char.IsAsciiLetterOrDigit(text[comma + 4]));
    }

    private static bool IsMark(char character) => character is
        ',' or ';' or '!' or '?' or '(' or ')' or '[' or ']' or '{' or '}' or '<' or '>' or '"' or '“' or '”' or '…' or '—' or '–' or '=' or '¿' or '¡'
        or '。' or '？' or '！' or '、' or '`' or '*' or '|';

    // An apostrophe opens a quotation only at the start of a word and closes one only at the end of a word.
    private static int ClosingQuote(string text, int open)
    {
        var closing = text[open] switch { '"' => '"', '“' => '”', '„' => '“', '«' => '»', '`' => '`', '\'' => '\'', '‘' => '’', _ => '\0' };
        if (closing == '\0' || (closing is '\'' or '’' && open > 0 && char.IsLetterOrDigit(text[open - 1])))
        {
            return -1;
        }

        var limit = Math.Min(text.Length, open + 1 + LongestQuotation);
        for (var i = open + 2; i < limit; i++)
        {
            if (text[i] == closing && (closing is not ('\'' or '’') || i + 1 == text.Length || !char.IsLetterOrDigit(text[i + 1])))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Text without control characters and repeated white space, at most <paramref name="longest"/> characters, for showing it.</summary>
    public static string OneLine(string text, int longest)
    {
        var line = new StringBuilder(Math.Min(text.Length, longest) + 1);
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, longest * 4)))
        {
            var blank = char.IsWhiteSpace(character) || char.IsControl(character)
                || CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.Format;
            if (!blank)
            {
                line.Append(character);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }

            if (line.Length > longest)
            {
                // Never cut a surrogate pair in two.
                line.Length = char.IsHighSurrogate(line[longest - 1]) ? longest - 1 : longest;
                return line.ToString().TrimEnd() + "…";
            }
        }

        return line.ToString().TrimEnd();
    }
}
