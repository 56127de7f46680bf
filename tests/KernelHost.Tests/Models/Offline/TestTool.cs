using System.Text.Json;
using Microsoft.Extensions.AI;

namespace KernelHost.Tests.Models.Offline;

/// <summary>A tool as the host offers it to a model: a name, a description and a schema.</summary>
internal sealed class TestTool : AIFunctionDeclaration
{
    private TestTool(string name, string description, JsonElement schema) => (Name, Description, JsonSchema) = (name, description, schema);

    public override string Name { get; }

    public override string Description { get; }

    public override JsonElement JsonSchema { get; }

    /// <summary>Parameters as "name:type description", required unless the name ends with a question mark; "a|b|c" is an enumeration, "type[]" an array.</summary>
    public static TestTool Of(string name, string description, params string[] parameters)
    {
        var properties = new List<string>();
        var required = new List<string>();
        foreach (var parameter in parameters)
        {
            var (head, text) = parameter.IndexOf(' ') is var blank and > 0 ? (parameter[..blank], parameter[(blank + 1)..]) : (parameter, "");
            var colon = head.IndexOf(':');
            var parameterName = head[..colon].TrimEnd('?');
            properties.Add($"{Quote(parameterName)}:{{{Type(head[(colon + 1)..])}{(text.Length > 0 ? $",\"description\":{Quote(text)}" : "")}}}");
            if (!head[..colon].EndsWith('?'))
            {
                required.Add(Quote(parameterName));
            }
        }

        return new TestTool(name, description, JsonElement.Parse(
            $"{{\"type\":\"object\",\"properties\":{{{string.Join(',', properties)}}},\"required\":[{string.Join(',', required)}]}}"));
    }

    public static TestTool WithSchema(string name, string description, string schema) => new(name, description, JsonElement.Parse(schema));

    private static string Type(string type) =>
        type.EndsWith("[]", StringComparison.Ordinal) ? $"\"type\":\"array\",\"items\":{{{Type(type[..^2])}}}"
        : type.Contains('|') ? $"\"type\":\"string\",\"enum\":[{string.Join(',', type.Split('|').Select(Quote))}]"
        : type.StartsWith('^') ? $"\"type\":\"string\",\"pattern\":{Quote(type)}"
        : type is "date" or "date-time" or "email" or "uri" ? $"\"type\":\"string\",\"format\":{Quote(type)}"
        : $"\"type\":{Quote(type)}";

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
