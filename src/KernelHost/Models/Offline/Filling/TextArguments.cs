using KernelHost.Models.Offline.Language;
using KernelHost.Models.Offline.Tools;

namespace KernelHost.Models.Offline.Filling;

/// <summary>A stretch of the text that states a value, and its first token.</summary>
internal sealed record Stretch(string Text, int From);

/// <summary>Finds names, places and other words that the text states for a parameter: "in Paris", "called Launch", "the orders table".</summary>
internal static class TextArguments
{
    private const int LongestName = 6;

    /// <summary>The stretches of the text that state a value; several when they are listed ("Paris and London").</summary>
    public static List<Stretch> Find(ToolProfile tool, ToolParameter parameter, Span span)
    {
        var tokens = span.Request.Tokens;
        var nouns = parameter.Stems;
        for (var i = span.From; i < span.To; i++)
        {
            var token = tokens[i];
            if (!token.IsWord)
            {
                continue;
            }

            if (nouns.Contains(token.Stem) || (nouns is ["name"] or ["title"] && tool.Nouns.Contains(token.Stem) && NextIsValue(tokens, i, span.To)))
            {
                if (AfterLabel(tokens, i, span.To) is { } after)
                {
                    return Listed(span.Request, after, span.To);
                }

                if (BeforeLabel(tokens, i, span.From) is { } before)
                {
                    return [new Stretch(tokens[before].Text, before)];
                }
            }

            if (token.Lower is "called" or "named" or "titled" && IsNaming(parameter) && i + 1 < span.To)
            {
                return Listed(span.Request, i + 1, span.To, called: true);
            }
        }

        return IsPlace(parameter) ? AfterPreposition(span, static word => word is "in" or "at" or "for" or "near", lowerToo: true)
            : IsPerson(parameter) ? AfterPreposition(span, static word => word is "to" or "for" or "by" or "from" or "with" or "of", lowerToo: false)
            : [];
    }

    /// <summary>The capitalised words that do not start a sentence: the last resort for the one text a tool needs.</summary>
    public static List<Stretch> ProperNames(Span span)
    {
        var tokens = span.Request.Tokens;
        for (var i = span.From; i < span.To; i++)
        {
            if (tokens[i].IsCapitalised && tokens[i].IsContent && !StartsSentence(tokens, i))
            {
                return Listed(span.Request, i, span.To);
            }
        }

        return [];
    }

    public static bool IsPlace(ToolParameter parameter) => Names.Split(parameter.Name).Exists(static part => part is
        "city" or "location" or "place" or "country" or "region" or "address" or "town" or "where" or "area" or "station" or "airport" or "room");

    private static bool IsPerson(ToolParameter parameter) => Names.Split(parameter.Name).Exists(static part => part is
        "name" or "customer" or "author" or "person" or "attendee" or "attendees" or "recipient" or "to" or "user" or "owner" or "assignee" or "contact"
        or "employee" or "patient" or "guest");

    private static bool IsNaming(ToolParameter parameter) => Names.Split(parameter.Name).Exists(static part => part is "name" or "title" or "label" or "subject");

    private static bool NextIsValue(List<Token> tokens, int i, int to) =>
        i + 1 < to && (tokens[i + 1].Kind == TokenKind.Quoted || (tokens[i + 1].IsCapitalised && tokens[i + 1].IsContent));

    // "table orders", "city: Paris", "author is Jane Doe"; not "table of …" nor "city where …".
    private static int? AfterLabel(List<Token> tokens, int label, int to)
    {
        var i = label + 1;
        while (i < to && tokens[i].Lower is ":" or "=" or "is" or "called" or "named" or "name" or "to")
        {
            i++;
        }

        if (i >= to || !(tokens[i].IsContent || tokens[i].Kind is TokenKind.Quoted or TokenKind.Id))
        {
            return null;
        }

        var plain = i == label + 1 && tokens[i].IsWord && !tokens[i].IsCapitalised;
        return plain && (Lexicon.IsReadVerb(tokens[i].Stem) || Lexicon.IsChangeVerb(tokens[i].Stem)) ? null : i;
    }

    // "the orders table", "the billing team".
    private static int? BeforeLabel(List<Token> tokens, int label, int from) =>
        label - 1 > from && tokens[label - 1].IsContent && tokens[label - 2].Lower is "the" or "this" or "a" or "of" or "in" or "from" or "my" ? label - 1 : null;

    private static List<Stretch> AfterPreposition(Span span, Func<string, bool> isPreposition, bool lowerToo)
    {
        var tokens = span.Request.Tokens;
        for (var pass = 0; pass < (lowerToo ? 2 : 1); pass++)
        {
            for (var i = span.From; i + 1 < span.To; i++)
            {
                var next = tokens[i + 1].Lower is "the" && i + 2 < span.To ? i + 2 : i + 1;
                if (isPreposition(tokens[i].Lower) && tokens[next].IsContent && (tokens[next].IsCapitalised || pass == 1) && !IsTimeWord(tokens[next].Lower))
                {
                    return Listed(span.Request, next, span.To);
                }
            }
        }

        return [];
    }

    private static List<Stretch> Listed(Request request, int from, int to, bool called = false)
    {
        var found = new List<Stretch>();
        var i = from;
        while (i < to && found.Count < 8)
        {
            var end = End(request.Tokens, i, to, called);
            if (end == i)
            {
                break;
            }

            var first = request.Tokens[i];
            found.Add(new Stretch(end == i + 1 ? first.Text : request.Text[first.Start..request.Tokens[end - 1].End], i));
            i = end;
            var joined = i + 1 < to && request.Tokens[i].Lower is "and" or "," or "or";
            i += joined ? 1 : to;
            i += i < to && request.Tokens[i].Lower is "and" or "in" ? 1 : 0;

            // A list goes on with words written like its first one.
            if (i < to && (request.Tokens[i].IsCapitalised != first.IsCapitalised || request.Tokens[i].Kind != first.Kind || !first.IsCapitalised))
            {
                break;
            }
        }

        return found;
    }

    private static int End(List<Token> tokens, int from, int to, bool called)
    {
        if (tokens[from].Kind is TokenKind.Quoted or TokenKind.Id)
        {
            return from + 1;
        }

        var i = from;
        while (i < to && i < from + LongestName && tokens[i].IsWord)
        {
            var capitalised = tokens[from].IsCapitalised;
            var goesOn = i == from || (capitalised ? tokens[i].IsCapitalised || (tokens[i].Lower is "of" or "de" or "la" or "van" or "von" or "du"
                && i + 1 < to && tokens[i + 1].IsCapitalised) : tokens[i].IsContent && !IsTimeWord(tokens[i].Lower) && (called || IsLowerPlace(tokens, from)));
            if (!goesOn || (i == from && !called && Lexicon.IsStopWord(tokens[i].Lower)))
            {
                break;
            }

            i++;
        }

        return i;
    }

    // "weather in new york": without capitals the words behind the preposition have to do.
    private static bool IsLowerPlace(List<Token> tokens, int from) => from > 0 && tokens[from - 1].Lower is "in" or "at" or "near" or "for";

    private static bool IsTimeWord(string word) => word is
        "today" or "tomorrow" or "yesterday" or "tonight" or "next" or "last" or "week" or "weekend" or "morning" or "evening" or "afternoon" or "night"
        or "monday" or "tuesday" or "wednesday" or "thursday" or "friday" or "saturday" or "sunday" or "soon" or "right" or "currently";

    private static bool StartsSentence(List<Token> tokens, int i) => i == 0 || (tokens[i - 1].Kind == TokenKind.Mark && tokens[i - 1].Text is not ("," or "(" or ":"));
}
