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
