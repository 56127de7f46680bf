using System.Text.Json;

namespace KernelHost.Models.Offline.Tools;

/// <summary>Reads the parts of a JSON Schema that the rules understand. What they do not understand is no error: it is left out.</summary>
internal static class SchemaText
{
    private static readonly JsonElement Anything = JsonElement.Parse("{}");

    public static string? String(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The type, where a type may also be null; "string" for an enumeration without a type, an empty string for none.</summary>
    public static string TypeOf(JsonElement schema)
    {
        if (schema.TryGetProperty("type", out var type))
        {
            if (type.ValueKind == JsonValueKind.String)
            {
                return type.GetString()!;
            }

            if (type.ValueKind == JsonValueKind.Array)
            {
                // The web defaults of System.Text.Json write ["string","integer"] for numbers that may be quoted: the number is meant.
                var types = type.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!)
                    .Where(static item => item != "null").ToList();
                return types.FirstOrDefault(static item => item is "integer" or "number") ?? types.FirstOrDefault() ?? "";
            }
        }

        return schema.TryGetProperty("enum", out _) ? "string" : "";
    }

    /// <summary>The members of an enumeration that are strings or numbers.</summary>
    public static List<JsonElement> Choices(JsonElement schema)
    {
        var choices = new List<JsonElement>();
        if (schema.TryGetProperty("enum", out var members) && members.ValueKind == JsonValueKind.Array)
        {
            choices.AddRange(members.EnumerateArray().Where(static member => member.ValueKind is JsonValueKind.String or JsonValueKind.Number));
        }

        return choices;
    }

    /// <summary>Follows a local reference and takes the first alternative that is not null.</summary>
    public static JsonElement Resolve(JsonElement schema, JsonElement root)
    {
        for (var step = 0; step < 8 && schema.ValueKind == JsonValueKind.Object; step++)
        {
            if (String(schema, "$ref") is { } reference)
            {
                schema = Follow(reference, root);
            }
            else if ((schema.TryGetProperty("anyOf", out var options) || schema.TryGetProperty("oneOf", out options)) && options.ValueKind == JsonValueKind.Array)
            {
                var first = options.EnumerateArray().FirstOrDefault(static option => option.ValueKind == JsonValueKind.Object && TypeOf(option) != "null");
                schema = first.ValueKind == JsonValueKind.Object ? first : Anything;
            }
            else
            {
                return schema;
            }
        }

        return Anything;
    }

    private static JsonElement Follow(string reference, JsonElement root)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
        {
            return Anything;
        }

        var at = root;
        foreach (var part in reference[2..].Split('/'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(part, out at))
            {
                return Anything;
            }
        }

        return at;
    }
}
