using KernelHost.Models.Offline.Language;
using KernelHost.Models.Offline.Tools;

namespace KernelHost.Models.Offline.Steps;

/// <summary>Tells questions about rules and ways ("may I return it", "how do I …") from questions about a thing.</summary>
internal static class Question
{
    /// <summary>"What can you do?", "help".</summary>
    public static bool AsksForHelp(Span span)
    {
        var words = string.Join(' ', span.Tokens.Take(6).Select(static token => token.Lower));
        return words is "help" or "help me" or "what can you do" or "what can you do for me" or "what do you do" or "who are you" or "what are you" or "how can you help me"
            or "what can i do" or "what can i ask" or "what can i ask you" or "how can you help" or "what tools do you have";
    }

    /// <summary>"When will it arrive?": a pronoun, and neither a value nor a thing that a tool is about.</summary>
    public static bool RefersBack(Span span, List<ToolProfile> tools)
    {
        var pronoun = false;
        var first = true;
        foreach (var token in span.Tokens)
        {
            var named = token.IsContent && !Lexicon.IsReadVerb(token.Stem) && tools.Exists(tool => tool.Kind == ToolKind.Read && tool.Nouns.Contains(token.Stem));
            if (token.IsValue || named || (token.IsCapitalised && token.IsContent && !first))
            {
                return false;
            }

            pronoun |= Lexicon.IsPronoun(token.Lower) || token.Lower is "they";
            first = false;
        }

        return pronoun;
    }

    public static bool AsksForPolicy(Span span)
    {
        var tokens = span.Tokens.Take(4).Select(static token => token.Lower).ToList();
        if (tokens.Count == 0)
        {
            return false;
        }

        var second = tokens.Count > 1 ? tokens[1] : "";
        var opening = tokens[0] switch
        {
            "how" => second is not ("many" or "is" or "are" or "was" or "were"),
            "why" => true,
            "can" or "may" or "could" or "should" or "must" or "am" or "shall" => second is "i" or "we" or "you" or "customers" or "a" or "one",
            "do" or "does" => second is "you" or "i" or "we" or "they" or "customers",
            "is" => second is "it" && tokens.Count > 2 && tokens[2] is "possible" or "allowed",
            "what" => tokens.Contains("your") || (tokens.Contains("happens") || tokens.Contains("if")),
            "explain" => true,
            _ => false,
        };
        return opening || span.Tokens.Any(static token => token.Lower is
            "policy" or "policies" or "rule" or "rules" or "procedure" or "guide" or "guidelines" or "instructions" or "allowed" or "warranty" or "terms");
    }
}
