using KernelHost.Models.Offline.Filling;
using KernelHost.Models.Offline.Language;
using KernelHost.Models.Offline.Tools;

namespace KernelHost.Models.Offline.Steps;

/// <summary>Finds the reading call whose result could supply what another call lacks.</summary>
internal sealed class Lookups(List<ToolProfile> tools, ArgumentFiller filler, CallHistory history)
{
    private const int Deepest = 2;

    /// <summary>The calls to make first, or none when nothing offered can supply every missing value.</summary>
    public List<PlannedCall> For(PlannedCall call, Clause clause, int depth = 0)
    {
        var lookups = new List<PlannedCall>();
        foreach (var missing in call.Missing)
        {
            // A value that is ambiguous or has the wrong form is for the user to put right.
            if (missing.Options.Count > 0 || depth >= Deepest || Find(call.Tool, missing.Parameter, clause, depth) is not { Count: > 0 } found)
            {
                return [];
            }

            lookups.AddRange(found);
        }

        return lookups;
    }

    private List<PlannedCall> Find(ToolProfile wanting, ToolParameter parameter, Clause clause, int depth)
    {
        var nouns = parameter.Nouns.Any() ? parameter.Nouns.ToList() : [.. wanting.Nouns];
        if (nouns.Count == 0 || parameter.Kind is ParameterKind.FreeText or ParameterKind.Boolean or ParameterKind.Choice or ParameterKind.Other or ParameterKind.Date)
        {
            return [];
        }

        foreach (var tool in tools.Where(tool => tool.Kind == ToolKind.Read && tool != wanting && Mentions(tool, nouns))
            .OrderByDescending(tool => tool.NameStems.Intersect(nouns).Count()).ThenBy(static tool => tool.Name, StringComparer.Ordinal))
        {
            if (tool.Parameters.Exists(other => other.Required && other.Stems.SequenceEqual(parameter.Stems)))
            {
                continue;
            }

            var lookup = filler.Fill(tool, clause, wordsAreValues: false)[0];
            if (lookup.IsComplete && Useful(lookup, nouns))
            {
                if (history.Find(lookup) is null)
                {
                    return [lookup];
                }
            }
            else if (!lookup.IsComplete && For(lookup, clause, depth + 1) is { Count: > 0 } deeper)
            {
                return deeper;
            }
        }

        return [];
    }

    // A call without any value may still tell who is asking, if its name says that it does.
    private static bool Useful(PlannedCall lookup, List<string> nouns) =>
        lookup.Arguments.Count > 0 ? lookup.Stated > 0 || lookup.Arguments.Count > lookup.FromText.Count : lookup.Tool.NameStems.Intersect(nouns).Any();

    private static bool Mentions(ToolProfile tool, List<string> nouns) =>
        nouns.TrueForAll(noun => tool.NameStems.Contains(noun) || tool.DescriptionStems.Contains(noun));
}
