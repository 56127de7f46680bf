using System.Text.Json;
using KernelHost.Models.Offline.History;
using KernelHost.Models.Offline.Language;
using KernelHost.Models.Offline.Tools;

namespace KernelHost.Models.Offline.Filling;

/// <summary>
/// Finds a value for a parameter in earlier calls and results, by the name of a field only: <c>customer.id</c> for customer_id.
/// Passages and other prose are never looked at, so text in a result cannot choose an argument.
/// </summary>
internal sealed class FactLookup(Conversation conversation, IReadOnlyDictionary<string, ToolProfile> tools)
{
    private const int LongestValue = 128;
    private const int WorstRank = 4;

    // "That order" of long ago is not what anybody means, and the cost must not grow with the history.
    private const int MostTurnsBack = 4;

    /// <summary>The value, if the most recent turn that holds one holds exactly one; otherwise the values to choose from.</summary>
    public (JsonElement? Value, IReadOnlyList<string> Options) Find(ToolProfile tool, ToolParameter parameter)
    {
        if (parameter.IsArray || parameter.Kind is ParameterKind.FreeText or ParameterKind.Boolean or ParameterKind.Other
            || (tool.Kind == ToolKind.Change && parameter.Kind is not (ParameterKind.Identifier or ParameterKind.Email)))
        {
            return (null, []);
        }

        var found = new List<JsonElement>();
        for (var turn = conversation.Turn; turn >= Math.Max(0, conversation.Turn - MostTurnsBack) && found.Count == 0; turn--)
        {
            var best = WorstRank;
            foreach (var call in conversation.Calls)
            {
                if (call.Turn == turn && call.Outcome == Outcome.Done)
                {
                    Collect(tool, parameter, call, found, ref best);
                }
            }
        }

        return found.Count == 1 ? (found[0], []) : (null, [.. found.Take(6).Select(static value => value.ToString())]);
    }

    private void Collect(ToolProfile tool, ToolParameter parameter, PastCall call, List<JsonElement> found, ref int best)
    {
        foreach (var (name, value) in call.Arguments)
        {
            if (Names.Stems(name).SequenceEqual(parameter.Stems) && name.Length > 2)
            {
                Offer(parameter, value, parameter.Nouns.Any() || call.Name == tool.Name ? 0 : WorstRank, found, ref best);
            }
        }

        foreach (var fact in call.Facts)
        {
            if (fact.IsScalar)
            {
                Offer(parameter, fact.Value, Rank(tool, parameter, fact) + (fact.InList ? 1 : 0), found, ref best);
            }
        }
    }

    private int Rank(ToolProfile tool, ToolParameter parameter, Fact fact)
    {
        if (fact.Stems.SequenceEqual(parameter.Stems))
        {
            return !parameter.Nouns.Any() && !SameEntity(tool, fact) ? WorstRank : fact.Depth <= 1 ? 0 : 1;
        }

        // customer.id, and the id that a tool named find_customer returned, are both a customer_id.
        if (parameter.Nouns.Any() && parameter.Stems.Count == parameter.Nouns.Count() + 1 && fact.Stems is [var only] && Lexicon.IsIdWord(only) && only == parameter.Stems[^1])
        {
            var owner = fact.Depth > 1 ? Names.Stems(fact.Path[^2])
                : tools.TryGetValue(fact.Call.Name, out var source) ? [.. source.Nouns] : [];
            return parameter.Nouns.All(owner.Contains) ? 1 : WorstRank;
        }

        return WorstRank;
    }

    private bool SameEntity(ToolProfile tool, Fact fact) =>
        tools.TryGetValue(fact.Call.Name, out var source) && tool.Nouns.Any(noun => source.Nouns.Contains(noun));

    private static void Offer(ToolParameter parameter, JsonElement value, int rank, List<JsonElement> found, ref int best)
    {
        if (rank > best || rank >= WorstRank || Fit(parameter, value) is not { } fitting)
        {
            return;
        }

        if (rank < best)
        {
            found.Clear();
            best = rank;
        }

        if (!found.Exists(known => JsonElement.DeepEquals(known, fitting)))
        {
            found.Add(fitting);
        }
    }

    private static JsonElement? Fit(ToolParameter parameter, JsonElement value)
    {
        switch (parameter.Type)
        {
            case "integer":
                return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _) ? value : null;
            case "number":
                return value.ValueKind == JsonValueKind.Number ? value : null;
            case "string" or "":
                var text = value.ValueKind is JsonValueKind.String or JsonValueKind.Number ? value.ToString() : "";
                return text.Length is > 0 and <= LongestValue && Candidates.Matches(parameter.Pattern, text)
                    && (parameter.Choices.Count == 0 || parameter.Choices.Any(choice => choice.ToString() == text)) ? JsonValues.FromString(text) : null;
            default:
                return null;
        }
    }
}
