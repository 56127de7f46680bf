using KernelHost.Models.Offline.Language;
using KernelHost.Models.Offline.Tools;

namespace KernelHost.Models.Offline.Filling;

/// <summary>The user's own words, verbatim, for parameters such as query, message or reason. Nothing is ever worded here.</summary>
internal static class FreeText
{
    private const int LongestQuery = 500;
    private const int LongestText = 4000;

    /// <summary>What the text gives explicitly: a quotation, "because …", "saying …", "about …", "subject: …".</summary>
    public static string? Explicit(ToolParameter parameter, Span span, HashSet<Token> used)
    {
        var parts = Names.Split(parameter.Name);
        var tokens = span.Request.Tokens;
        for (var i = span.From; i + 1 < span.To; i++)
        {
            if (!tokens[i].IsWord)
            {
                continue;
            }

            var word = tokens[i].Lower;
            var named = parts.Contains(word) && tokens[i + 1].Lower is ":" or "=" or "is";
            var from = named ? i + 2
                : parts.Contains(word) && tokens[i + 1].Kind == TokenKind.Quoted ? i + 1
                : Introduces(word, parts) ? i + (word is "due" && tokens[i + 1].Is("to") ? 2 : 1) : -1;
            if (from > 0 && from < span.To)
            {
                var text = tokens[from].Kind == TokenKind.Quoted ? tokens[from].Text : (span with { From = from }).Text;
                used.Add(tokens[from]);
                return Cut(text, LongestText);
            }
        }

        var quoted = span.Tokens.FirstOrDefault(token => token.Kind == TokenKind.Quoted && !used.Contains(token));
        if (quoted is null)
        {
            return null;
        }

        used.Add(quoted);
        return quoted.Text;
    }

    /// <summary>The user's words as they stand: the clause for a query or a subject, the sentence or all of the request for a body.</summary>
    public static string? Verbatim(ToolProfile tool, ToolParameter parameter, Clause clause)
    {
        var parts = Names.Split(parameter.Name);
        if (tool.Kind == ToolKind.Change && !clause.Span.Request.Tokens.Exists(token => token.IsValue
            || (token.IsContent && token.Stem != clause.Verb && !tool.NameStems.Contains(token.Stem))))
        {
            // "Open a ticket" says nothing that could stand in the ticket.
            return null;
        }

        if (parts.Exists(static part => part is "body" or "message" or "description" or "details" or "content"))
        {
            return Cut(clause.Span.Request.Text.Trim(), LongestText);
        }

        var isQuery = parts.Exists(ParameterKinds.IsQuery);
        var words = isQuery ? SearchWords(clause) : clause.Text;
        return Cut(words, LongestQuery);
    }

    /// <summary>A query for passages: "search the handbook for X" looks for X, a condition helps to find the rule for it.</summary>
    public static string SearchWords(Clause clause)
    {
        var tokens = clause.Span.Request.Tokens;
        if (clause.Verb is "search" or "look" or "find")
        {
            for (var i = clause.Span.From + 1; i + 1 < clause.Span.To; i++)
            {
                if (tokens[i].Lower is "for" or "about")
                {
                    return (clause.Span with { From = i + 1 }).Text;
                }
            }
        }

        return Cut(clause.Condition is null ? clause.Text : clause.Sentence.Text, LongestQuery);
    }

    /// <summary>The clause from the first word on that neither is the tool's own nor says how to look: "find customer smith" gives smith.</summary>
    public static string Rest(ToolProfile tool, Clause clause)
    {
        var tokens = clause.Span.Request.Tokens;
        if (clause.Verb is "search" or "look" && SearchWords(clause) is var words && words != clause.Text)
        {
            return words;
        }

        for (var i = clause.Span.From; i < clause.Span.To; i++)
        {
            var token = tokens[i];
            if (token.IsValue || (token.IsContent && token.Lower is not ("called" or "named") && !Lexicon.IsReadVerb(token.Stem) && !tool.NameStems.Contains(token.Stem)))
            {
                return Cut((clause.Span with { From = i }).Text, LongestQuery);
            }
        }

        return "";
    }

    /// <summary>A statement in SQL as it stands in the text, for a parameter that takes one.</summary>
    public static string? Sql(ToolParameter parameter, Clause clause)
    {
        if (!Names.Split(parameter.Name).Exists(static part => part is "sql" or "statement"))
        {
            return null;
        }

        var text = clause.Span.Request.Text;
        var start = text.IndexOf("select ", StringComparison.OrdinalIgnoreCase);
        if (start < 0 || (start > 0 && text[start - 1] is '`' or '"' or '\''))
        {
            return null;
        }

        var end = text.AsSpan(start).IndexOfAny(";\n`");
        return Cut((end < 0 ? text[start..] : text.Substring(start, end)).TrimEnd('.', '?', '!', ' '), LongestText);
    }

    private static bool Introduces(string word, List<string> parts) =>
        (word is "because" or "since" or "due" or "as" && parts.Contains("reason") && word != "as")
        || (word is "saying" or "says" && parts.Exists(static part => part is "message" or "body" or "text" or "content" or "comment" or "note"))
        || (word is "about" or "regarding" or "concerning" && parts.Exists(static part => part is "subject" or "topic" or "query" or "title"));

    private static string Cut(string text, int longest)
    {
        text = text.Trim();
        if (text.Length <= longest)
        {
            return text;
        }

        var blank = text.LastIndexOf(' ', longest);
        var end = blank > longest / 2 ? blank : longest;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)];
    }
}
