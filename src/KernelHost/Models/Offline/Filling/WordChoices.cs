using System.Text.Json;
using KernelHost.Models.Offline.Language;
using KernelHost.Models.Offline.Tools;

namespace KernelHost.Models.Offline.Filling;

/// <summary>Members of enumerations and booleans that words of the text name.</summary>
internal static class WordChoices
{
    /// <summary>The members that the words name: "refund the shipping" names <c>shipping</c>, "in transit" <c>in_transit</c>.</summary>
    public static List<JsonElement> Of(ToolParameter parameter, List<Token> words)
    {
        var exact = parameter.Choices.Where(choice => words.Exists(word => string.Equals(word.Text, choice.ToString(), StringComparison.OrdinalIgnoreCase))).ToList();
        if (exact.Count > 0)
        {
            return exact;
        }

        var stems = words.Select(static word => word.Stem).ToHashSet(StringComparer.Ordinal);
        return [.. parameter.Choices.Where(choice => Names.Stems(choice.ToString()) is { Count: > 0 } parts && parts.TrueForAll(stems.Contains))];
    }

    /// <summary>"Convert USD to EUR": of two members the one that from or to stands for.</summary>
    public static JsonElement? Directed(ToolParameter parameter, List<Token> words)
    {
        var parts = Names.Split(parameter.Name);
        var isTarget = parts.Exists(static part => part is "to" or "target" or "into" or "destination");
        if (!isTarget && !parts.Exists(static part => part is "from" or "source" or "base" or "origin"))
        {
            return null;
        }

        for (var i = 0; i < words.Count; i++)
        {
            var towards = i > 0 && words[i - 1].Lower is "to" or "into" or "in" or "as";
            var choice = Of(parameter, [words[i]]);
            if (choice.Count == 1 && towards == isTarget)
            {
                return choice[0];
            }
        }

        return null;
    }

    /// <summary>True where the words name the flag, false where they negate it, nothing where they do not speak of it.</summary>
    public static bool? Boolean(ToolParameter parameter, List<Token> words)
    {
        var stems = parameter.Stems.FindAll(static stem => stem is not ("is" or "has" or "includ" or "with" or "only" or "flag" or "enabl" or "should" or "use"
            or "do" or "want" or "show" or "set" or "a" or "the"));
        if (stems.Count == 0 || !stems.TrueForAll(stem => words.Exists(word => word.Stem == stem)))
        {
            return null;
        }

        var at = words.FindIndex(word => word.Stem == stems[0]);
        for (var i = Math.Max(0, at - 3); i < at; i++)
        {
            if (Lexicon.IsNegation(words[i].Lower))
            {
                return false;
            }
        }

        return true;
    }
}
