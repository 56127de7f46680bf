using System.Text.Json;
using KernelHost.Manifests;

namespace KernelHost.Tests.Manifests;

/// <summary>Holds the schema file and the reader together.</summary>
public sealed class SchemaTests
{
    private static readonly JsonElement Schema = JsonElement.Parse(RepositoryFiles.Read("plugin-manifest.schema.json"));

    [Fact]
    public void Members_AreThoseTheReaderKnows()
    {
        Assert.Equal(ManifestShape.Root, Names(Schema));
        Assert.Equal(ManifestShape.Tool, Names(Definition("tool")));
        Assert.Equal(ManifestShape.Argument, Names(Definition("argument")));
        Assert.Equal(ManifestShape.Result, Names(Definition("result")));
        Assert.Equal(ManifestShape.Retriever, Names(Definition("retriever")));
        Assert.Equal(ManifestShape.Prompt, Names(Definition("prompt")));
    }

    [Fact]
    public void Enums_AreThoseOfTheContract()
    {
        Assert.Equal(ManifestShape.NamesOf<ToolEffect>(), Enum("tool", "effect"));
        Assert.Equal(ManifestShape.NamesOf<ArgumentRole>(), Enum("argument", "role"));
        Assert.Equal(ManifestShape.NamesOf<Integrity>(), Enum("result", "integrity"));
    }

    [Fact]
    public void EveryObject_RefusesUnknownMembersAndDescribesItsOwn()
    {
        foreach (var part in Schema.GetProperty("$defs").EnumerateObject().Select(definition => definition.Value).Append(Schema))
        {
            Assert.False(part.GetProperty("additionalProperties").GetBoolean());
            foreach (var property in part.GetProperty("properties").EnumerateObject().Where(property => !property.Value.TryGetProperty("$ref", out _)))
            {
                Assert.All(["title", "description", "examples"], keyword => Assert.True(property.Value.TryGetProperty(keyword, out _), $"'{property.Name}' has no '{keyword}'."));
            }
        }
    }

    [Fact]
    public void Required_IsWhatTheReaderAsksFor()
    {
        Assert.Equal(Required(Schema), Missing("{}", "$"));
        Assert.Equal(Required(Definition("tool")), Missing("""{"tools":[{}]}""", "$.tools[0]"));
        Assert.Equal(Required(Definition("retriever")), Missing("""{"retrievers":[{}]}""", "$.retrievers[0]"));
        Assert.Equal(Required(Definition("prompt")), Missing("""{"prompts":[{}]}""", "$.prompts[0]"));
    }

    private static IEnumerable<string> Missing(string json, string path) =>
        ManifestReader.Parse(System.Text.Encoding.UTF8.GetBytes(json), "plugin.json", ".").Problems
            .Where(problem => problem.JsonPath == path && problem.Message.Contains("is missing", StringComparison.Ordinal))
            .Select(problem => problem.Message.Split('\'')[1]).Order(StringComparer.Ordinal);

    private static IEnumerable<string?> Required(JsonElement part) =>
        part.GetProperty("required").EnumerateArray().Select(name => name.GetString()).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Names(JsonElement part) => part.GetProperty("properties").EnumerateObject().Select(property => property.Name);

    private static IEnumerable<string?> Enum(string definition, string property) =>
        Definition(definition).GetProperty("properties").GetProperty(property).GetProperty("enum").EnumerateArray().Select(value => value.GetString());

    private static JsonElement Definition(string name) => Schema.GetProperty("$defs").GetProperty(name);
}
