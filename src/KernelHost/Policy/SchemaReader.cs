using System.Text.Json;
using System.Text.RegularExpressions;

namespace KernelHost.Policy;

/// <summary>Compiles a JSON Schema. What is written wrongly fails here, where the plugin's author is watching.</summary>
internal static class SchemaReader
{
    // A schema comes with a plugin; its depth must not become the depth of the host's stack.
    private const int MaximumDepth = 32;

    // A plugin's pattern is not ours, so a pathological one must not stall a run.
    private static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(100);

    private static readonly (string Name, SchemaTypes Type)[] TypeWords =
    [
        ("null", SchemaTypes.Null), ("boolean", SchemaTypes.Flag), ("integer", SchemaTypes.Integer), ("number", SchemaTypes.Integer | SchemaTypes.Fraction),
        ("string", SchemaTypes.Text), ("array", SchemaTypes.List), ("object", SchemaTypes.Object),
    ];

    public static SchemaNode Read(JsonElement schema) => Read(schema, depth: 0);

    private static SchemaNode Read(JsonElement schema, int depth)
    {
        if (depth > MaximumDepth)
        {
            throw new FormatException($"The JSON Schema is nested deeper than {MaximumDepth} levels.");
        }

        if (schema.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return schema.GetBoolean() ? SchemaNode.Anything : new SchemaNode { Types = SchemaTypes.None, TypeNames = "left out" };
        }

        if (schema.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"A JSON Schema must be an object, but is '{schema.ValueKind}'.");
        }

        var types = ReadTypes(schema, out var names);
        var (minimum, exclusiveMinimum) = Bound(schema, "minimum", "exclusiveMinimum", double.NegativeInfinity);
        var (maximum, exclusiveMaximum) = Bound(schema, "maximum", "exclusiveMaximum", double.PositiveInfinity);
        return new SchemaNode
        {
            Types = types,
            TypeNames = names,
            Enum = ReadEnum(schema),
            Minimum = minimum,
            ExclusiveMinimum = exclusiveMinimum,
            Maximum = maximum,
            ExclusiveMaximum = exclusiveMaximum,
            MinimumLength = Count(schema, "minLength", 0),
            MaximumLength = Count(schema, "maxLength", int.MaxValue),
            MinimumItems = Count(schema, "minItems", 0),
            MaximumItems = Count(schema, "maxItems", int.MaxValue),
            Pattern = ReadPattern(schema),
            Items = schema.TryGetProperty("items", out var items) && items.ValueKind != JsonValueKind.Array ? Read(items, depth + 1) : null,
            Members = ReadMembers(schema, depth),
            Additional = ReadAdditional(schema, depth),
        };
    }

    private static SchemaTypes ReadTypes(JsonElement schema, out string names)
    {
        names = "any value";
        if (!schema.TryGetProperty("type", out var type))
        {
            return SchemaTypes.Any;
        }

        List<JsonElement> words = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray()] : [type];
        var types = SchemaTypes.None;
        foreach (var word in words)
        {
            var known = Array.Find(TypeWords, candidate => word.ValueKind == JsonValueKind.String && word.ValueEquals(candidate.Name));
            types |= known.Name is null ? throw Unusable("type", word) : known.Type;
        }

        if (schema.TryGetProperty("nullable", out var nullable) && nullable.ValueKind == JsonValueKind.True)
        {
            types |= SchemaTypes.Null;
        }

        names = string.Join(" or ", words.Select(word => word.GetString()));
        return types;
    }

    private static JsonElement[]? ReadEnum(JsonElement schema)
    {
        if (schema.TryGetProperty("const", out var constant))
        {
            return [constant.Clone()];
        }

        return schema.TryGetProperty("enum", out var members) && members.ValueKind == JsonValueKind.Array
            ? [.. members.EnumerateArray().Select(member => member.Clone())]
            : null;
    }

    // In drafts before 6 the exclusive keywords are flags beside the bound.
    private static (double Value, bool Exclusive) Bound(JsonElement schema, string name, string exclusiveName, double none)
    {
        var inclusive = Number(schema, name, none);
        if (schema.TryGetProperty(exclusiveName, out var flag) && flag.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return (inclusive, flag.GetBoolean());
        }

        var exclusive = Number(schema, exclusiveName, none);
        var isTighter = double.IsNegative(none) ? exclusive >= inclusive : exclusive <= inclusive;
        return double.IsFinite(exclusive) && isTighter ? (exclusive, true) : (inclusive, false);
    }

    private static double Number(JsonElement schema, string name, double none) => !schema.TryGetProperty(name, out var value)
        ? none
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw Unusable(name, value);

    private static int Count(JsonElement schema, string name, int none)
    {
        var count = Number(schema, name, none);
        return count >= 0 ? (int)Math.Min(count, int.MaxValue) : throw Unusable(name, schema.GetProperty(name));
    }

    private static Regex? ReadPattern(JsonElement schema)
    {
        if (!schema.TryGetProperty("pattern", out var pattern))
        {
            return null;
        }

        if (pattern.ValueKind != JsonValueKind.String)
        {
            throw Unusable("pattern", pattern);
        }

        try
        {
            return new Regex(pattern.GetString()!, RegexOptions.CultureInvariant, PatternTime);
        }
        catch (ArgumentException exception)
        {
            throw new FormatException($"The JSON Schema holds the pattern '{pattern}', which is not a regular expression: {exception.Message}", exception);
        }
    }

    private static SchemaMember[] ReadMembers(JsonElement schema, int depth)
    {
        HashSet<string> required = schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array
            ? [.. names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!)]
            : [];
        var members = new List<SchemaMember>();
        if (schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in properties.EnumerateObject())
            {
                members.Add(new SchemaMember(property.Name, Read(property.Value, depth + 1), required.Remove(property.Name)));
            }
        }

        // A name can be required without being described.
        members.AddRange(required.Order(StringComparer.Ordinal).Select(name => new SchemaMember(name, SchemaNode.Anything, IsRequired: true)));
        return [.. members];
    }

    // JSON Schema lets unknown members pass; arguments of a call are the exception, because nobody has reviewed what they do.
    private static SchemaNode? ReadAdditional(JsonElement schema, int depth)
    {
        if (!schema.TryGetProperty("additionalProperties", out var additional))
        {
            return depth == 0 ? null : SchemaNode.Anything;
        }

        return additional.ValueKind == JsonValueKind.False ? null : Read(additional, depth + 1);
    }

    private static FormatException Unusable(string name, JsonElement value) => new($"The JSON Schema keyword '{name}' cannot be '{value}'.");
}
