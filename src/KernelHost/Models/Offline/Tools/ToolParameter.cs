using System.Text.Json;
using KernelHost.Models.Offline.Language;

namespace KernelHost.Models.Offline.Tools;

/// <summary>What kind of value a parameter takes, as far as its schema and its name tell.</summary>
internal enum ParameterKind
{
    Text,
    FreeText,
    Identifier,
    Email,
    Url,
    Date,
    Time,
    Number,
    Boolean,
    Choice,
    Other,
}

/// <summary>One parameter of an offered tool, read from its JSON Schema.</summary>
internal sealed class ToolParameter
{
    private List<string>? _stems;
    private HashSet<string>? _description;

    private ToolParameter(string name, JsonElement schema, bool required)
    {
        Name = name;
        IsArray = SchemaText.TypeOf(schema) == "array";
        var item = IsArray && schema.TryGetProperty("items", out var items) && items.ValueKind == JsonValueKind.Object ? items : schema;
        Type = SchemaText.TypeOf(item);
        Choices = SchemaText.Choices(item);
        Pattern = SchemaText.String(item, "pattern");
        Format = SchemaText.String(item, "format");
        Description = SchemaText.String(schema, "description") ?? SchemaText.String(item, "description") ?? "";
        Required = required && !schema.TryGetProperty("default", out _);
        Kind = ParameterKinds.Of(this);
    }

    public string Name { get; }

    /// <summary>The JSON type of the value, or of the items of an array.</summary>
    public string Type { get; }

    public bool IsArray { get; }

    public bool Required { get; }

    public string Description { get; }

    public string? Pattern { get; }

    public string? Format { get; }

    public IReadOnlyList<JsonElement> Choices { get; }

    public ParameterKind Kind { get; }

    public bool IsInteger => Type == "integer";

    /// <summary>The stems of the name.</summary>
    public List<string> Stems => _stems ??= Names.Stems(Name);

    /// <summary>The stems of the name that say whose value it is: "order" of order_id. None when the name is only "id".</summary>
    public IEnumerable<string> Nouns => Stems.Where(static stem => !Lexicon.IsIdWord(stem));

    public HashSet<string> DescriptionStems => _description ??= [.. Tokenizer.Stems(Description)];

    /// <summary>The parameters of a schema of type object.</summary>
    public static List<ToolParameter> ReadAll(JsonElement schema)
    {
        var parameters = new List<ToolParameter>();
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties)
            || properties.ValueKind != JsonValueKind.Object)
        {
            return parameters;
        }

        var required = schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array ? names : default;
        foreach (var property in properties.EnumerateObject())
        {
            var resolved = SchemaText.Resolve(property.Value, schema);
            var isRequired = required.ValueKind == JsonValueKind.Array
                && required.EnumerateArray().Any(name => name.ValueKind == JsonValueKind.String && name.ValueEquals(property.Name));
            parameters.Add(new ToolParameter(property.Name, resolved, isRequired));
        }

        return parameters;
    }
}
