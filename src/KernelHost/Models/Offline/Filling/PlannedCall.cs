using System.Text.Json;
using KernelHost.Models.Offline.Language;
using KernelHost.Models.Offline.Tools;

namespace KernelHost.Models.Offline.Filling;

/// <summary>A required parameter that nothing in the conversation fills, with the values it might take if there are several.</summary>
internal sealed record MissingArgument(ToolParameter Parameter, IReadOnlyList<string> Options);

/// <summary>The arguments for one call, as far as the conversation holds them.</summary>
internal sealed class PlannedCall(ToolProfile tool)
{
    public ToolProfile Tool { get; } = tool;

    /// <summary>The arguments, in the order of the tool's schema once <see cref="Sort"/> was called.</summary>
    public Dictionary<string, JsonElement> Arguments { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>The arguments that the user's text gave. They stay the same while results come in.</summary>
    public HashSet<string> FromText { get; init; } = new(StringComparer.Ordinal);

    public List<MissingArgument> Missing { get; init; } = [];

    /// <summary>The tokens whose values are used, so that no value fills two parameters.</summary>
    public HashSet<Token> Used { get; init; } = [];

    /// <summary>How many arguments are values the user stated, rather than the user's words as a query.</summary>
    public int Stated { get; set; }

    public bool IsComplete => Missing.Count == 0;

    public void Set(ToolParameter parameter, JsonElement value, bool fromText)
    {
        Arguments[parameter.Name] = value;
        if (fromText)
        {
            FromText.Add(parameter.Name);
        }
    }

    public void Sort()
    {
        var sorted = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var parameter in Tool.Parameters)
        {
            if (Arguments.TryGetValue(parameter.Name, out var value))
            {
                sorted[parameter.Name] = value;
            }
        }

        Arguments = sorted;
    }

    /// <summary>The same call with another value: orders 1042 and 1043 are two calls.</summary>
    public PlannedCall With(ToolParameter parameter, JsonElement value)
    {
        var copy = new PlannedCall(Tool)
        {
            Arguments = new Dictionary<string, JsonElement>(Arguments, StringComparer.Ordinal),
            FromText = [.. FromText],
            Missing = [.. Missing],
            Used = [.. Used],
            Stated = Stated,
        };
        copy.Set(parameter, value, fromText: true);
        return copy;
    }
}
