using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Text;

namespace KernelHost.Policy;

/// <summary>Reads what a tool's JSON Schema says of its arguments.</summary>
internal static class ToolParameters
{
    public static IEnumerable<string> Names(Tool tool) => TryGetProperties(tool, out var properties) ? properties.EnumerateObject().Select(member => member.Name) : [];

    public static bool TryGet(Tool tool, string name, out JsonElement schema)
    {
        schema = default;
        return TryGetProperties(tool, out var properties) && properties.TryGetProperty(name, out schema);
    }

    /// <summary>Why the name is no control argument of the tool; <see langword="null"/> when it is one.</summary>
    public static string? NotControl(Tool tool, string name) =>
        !TryGet(tool, name, out _) ? $"tool '{tool.QualifiedName}' has no argument '{YamlScalar.Shorten(name)}'.{NearestName.Hint(name, Names(tool))}"
        : tool.Roles.GetValueOrDefault(name, ArgumentRole.Control) is not ArgumentRole.Control and var role
            ? $"argument '{name}' of '{tool.QualifiedName}' is {role.ToString().ToLowerInvariant()} and decides nothing, so it does not matter where it comes from. Name a control argument."
        : null;

    /// <summary>The declared types; empty when the schema leaves them open.</summary>
    public static IReadOnlyList<string> Types(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("type", out var type))
        {
            return [];
        }

        return type.ValueKind switch
        {
            JsonValueKind.String => [type.GetString()!],
            JsonValueKind.Array => [.. type.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
            _ => [],
        };
    }

    /// <summary>Why no valid call can hold the value; <see langword="null"/> when one can.</summary>
    public static string? Refuse(JsonElement schema, IReadOnlyList<string> types, YamlScalar literal)
    {
        var fitting = literal.Kind switch
        {
            YamlKind.Text => types.Contains("string"),
            YamlKind.Flag => types.Contains("boolean"),
            YamlKind.Number => types.Contains("number") || types.Contains("integer"),
            _ => true,
        };
        if (types.Count > 0 && !fitting)
        {
            return $"is {string.Join(" or ", types)} and is never {literal.Describe()}.{(types.Contains("string") ? " Put it in quotes to make it text." : "")}";
        }

        if (literal.Kind != YamlKind.Text || schema.ValueKind != JsonValueKind.Object
            || !schema.TryGetProperty("enum", out var members) || members.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var words = members.EnumerateArray().Where(member => member.ValueKind == JsonValueKind.String).Select(member => member.GetString()!).ToList();
        return words.Contains(literal.Text)
            ? null
            : $"is one of {string.Join(", ", words.Select(word => $"'{word}'"))} and is never {literal.Describe()}.{NearestName.Hint(literal.Text, words)}";
    }

    private static bool TryGetProperties(Tool tool, out JsonElement properties)
    {
        properties = default;
        return tool.Parameters.ValueKind == JsonValueKind.Object
            && tool.Parameters.TryGetProperty("properties", out properties)
            && properties.ValueKind == JsonValueKind.Object;
    }
}
