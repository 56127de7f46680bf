using System.Text.Json;
using System.Text.RegularExpressions;
using KernelHost.Models.Offline.History;
using KernelHost.Models.Offline.Language;
using KernelHost.Models.Offline.Tools;

namespace KernelHost.Models.Offline.Filling;

/// <summary>Says how well a value in the text fits a parameter.</summary>
/// <param name="tool">The tool whose parameter it is.</param>
/// <param name="verb">The verb of the clause: "refund 1042" labels nothing.</param>
internal sealed class Candidates(ToolProfile tool, string? verb)
{
    /// <summary>A value without a word that says what it is.</summary>
    public const int Unlabelled = 1;

    /// <summary>The least that an optional parameter needs.</summary>
    public const int Labelled = 2;

    /// <summary>How well a token fits: nought is not at all.</summary>
    public int Score(ToolParameter parameter, Request request, int index)
    {
        var token = request.Tokens[index];
        if (token.Kind is not (TokenKind.Number or TokenKind.Id))
        {
            return 0;
        }

        // The pattern, which costs most, is looked at last.
        var score = parameter.Kind == ParameterKind.Identifier ? ScoreIdentifier(parameter, request.Tokens, index) : ScoreNumber(parameter, request.Tokens, index);
        return score > 0 && ToJson(parameter, token) is not null ? score : 0;
    }

    /// <summary>Whether a word names what the parameter identifies.</summary>
    public bool Names(ToolParameter parameter, string stem)
    {
        if (stem.Contains('_', StringComparison.Ordinal))
        {
            // Somebody who knows the tools wrote "order_id 1042".
            return Language.Names.Stems(stem).SequenceEqual(parameter.Stems);
        }

        if (parameter.Nouns.Any())
        {
            return parameter.Nouns.Contains(stem);
        }

        return tool.Nouns.Contains(stem);
    }

    /// <summary>The value as the schema wants it, or nothing where it does not fit the type or the pattern.</summary>
    public static JsonElement? ToJson(ToolParameter parameter, Token token)
    {
        switch (parameter.Type)
        {
            case "integer":
                return token.Kind == TokenKind.Number && long.TryParse(token.Value, out _) ? JsonValues.FromNumber(token.Value) : null;
            case "number":
                return token.Kind == TokenKind.Number ? JsonValues.FromNumber(token.Value) : null;
            case "string" or "":
                var text = token.Kind is TokenKind.Number or TokenKind.Id or TokenKind.Quoted ? token.Text : token.Value;
                return Matches(parameter.Pattern, text) ? JsonValues.FromString(text) : null;
            default:
                return null;
        }
    }

    // Patterns come with plugins: the engine that cannot backtrack keeps a hostile one from costing more than its length.
    public static bool Matches(string? pattern, string text)
    {
        if (pattern is null)
        {
            return true;
        }

        try
        {
            return pattern.Length <= 500 && Regex.IsMatch(text, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            // What cannot be checked here is checked by the tool.
            return true;
        }
    }

    private int ScoreIdentifier(ToolParameter parameter, List<Token> tokens, int index)
    {
        var token = tokens[index];
        if (token.Unit is not null || Labels.IsCompared(tokens, index) || Labels.IsLimit(tokens, index))
        {
            return 0;
        }

        if (Labels.Before(tokens, index) is { } label && label.Stem != verb && !IsBareVerb(label))
        {
            return Names(parameter, label.Stem) ? 4
                : parameter.DescriptionStems.Contains(label.Stem) && !IsNamedByOther(parameter, label.Stem) ? 3
                : parameter.Pattern is not null && token.Kind == TokenKind.Id ? Labelled : 0;
        }

        // "3 items" counts; it does not identify.
        if (token is { Kind: TokenKind.Number, Marked: false } && Labels.After(tokens, index) is { } counted && !counted.IsCapitalised)
        {
            return Names(parameter, counted.Stem) && !counted.Lower.EndsWith('s') ? 3 : 0;
        }

        return parameter.Pattern is not null && token.Kind == TokenKind.Id ? Labelled : Unlabelled;
    }

    private int ScoreNumber(ToolParameter parameter, List<Token> tokens, int index)
    {
        var token = tokens[index];
        var stems = parameter.Stems;
        var last = Language.Names.Split(parameter.Name)[^1];
        if (Labels.IsLimit(tokens, index))
        {
            return ParameterKinds.IsLimit(last) ? 4 : 0;
        }

        if (Labels.IsCompared(tokens, index))
        {
            return stems.Exists(static stem => stem is "min" or "max" or "minimum" or "maximum" or "threshold" or "over" or "under" or "least" or "most") ? 3 : 0;
        }

        if (token.Unit is not null && stems.Exists(static stem => stem is "amount" or "price" or "total" or "sum" or "cost" or "value" or "money" or "percent" or "fee" or "discount"))
        {
            return 4;
        }

        var after = Labels.After(tokens, index);
        if (after is not null && (stems.Contains(after.Stem) || parameter.DescriptionStems.Contains(after.Stem)))
        {
            return ParameterKinds.IsLimit(last) && !stems.Contains(after.Stem) ? 0 : 3;
        }

        var before = Labels.Before(tokens, index);
        if (before is not null && before.Stem != verb && !IsBareVerb(before))
        {
            return stems.Contains(before.Stem) || (Language.Lexicon.IsIdWord(before.Stem) && stems.Exists(Language.Lexicon.IsIdWord)) ? 4
                : parameter.DescriptionStems.Contains(before.Stem) && !IsNamedByOther(parameter, before.Stem) ? Labelled : 0;
        }

        return token.Marked || token.Kind == TokenKind.Id ? 0 : Unlabelled;
    }

    // "customer 17" is not for a parameter that merely mentions customers when another one is called customer_id.
    private bool IsNamedByOther(ToolParameter parameter, string stem) =>
        tool.Parameters.Exists(other => other != parameter && other.Kind != ParameterKind.Choice && Names(other, stem));

    private bool IsBareVerb(Token label) => !tool.Nouns.Contains(label.Stem) && (Lexicon.IsReadVerb(label.Stem) || Lexicon.IsChangeVerb(label.Stem))
        && !tool.Parameters.Exists(parameter => parameter.Stems.Contains(label.Stem));
}
