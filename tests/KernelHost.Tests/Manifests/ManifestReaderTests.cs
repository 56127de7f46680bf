using System.Text;
using KernelHost.Manifests;

namespace KernelHost.Tests.Manifests;

public sealed class ManifestReaderTests
{
    private const string Good = """
        {
          "manifestVersion": 1,
          "id": "weather",
          "version": "1.0.0",
          "host": "[0.1.0, 1.0.0)",
          "entryAssembly": "KernelHost.Tests.dll",
          "tools": [
            {
              "name": "get_forecast",
              "description": "Forecasts.",
              "effect": "read",
              "parameters": { "type": "object", "properties": { "city": { "type": "string" } } },
              "arguments": { "city": { "role": "payload-ref" } },
              "result": { "integrity": "typed" }
            }
          ],
          "retrievers": [ { "name": "maps", "description": "Maps.", "documents": "maps/*.md" } ],
          "prompts": [ { "name": "tone", "description": "Tone." } ]
        }
        """;

    [Fact]
    public void Parse_GoodManifest_ReadsEveryField()
    {
        var manifest = Read(Good).Manifest!;

        var tool = Assert.Single(manifest.Tools);
        Assert.Equal(("weather", "get_forecast", ToolEffect.Read, Integrity.Typed), (manifest.Id, tool.Name, tool.Effect, tool.ResultIntegrity));
        Assert.Equal(ArgumentRole.PayloadRef, tool.Roles["city"]);
        Assert.Equal("maps/*.md", manifest.Retrievers[0].Documents);
        Assert.Equal("tone", manifest.Prompts[0].Name);
    }

    [Fact]
    public void Write_ThenParse_GivesTheSameManifestAndBytes()
    {
        var bytes = ManifestWriter.Write(Read(Good).Manifest!);
        var again = ManifestReader.Parse(bytes, "plugin.json", AppContext.BaseDirectory).Manifest!;

        Assert.Equal(bytes, ManifestWriter.Write(again));
        Assert.Equal(ToolIdentity.SchemaHash(Read(Good).Manifest!.Tools[0]), ToolIdentity.SchemaHash(again.Tools[0]));
    }

    [Fact]
    public void Parse_ByteOrderMark_IsAllowed() =>
        Assert.NotNull(ManifestReader.Parse([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Good)], "plugin.json", AppContext.BaseDirectory).Manifest);

    [Theory]
    [InlineData("\"weather\"", "7", "$.id", 3, 9, "Found '7', expected a string.")]
    [InlineData("\"id\": \"weather\",", "", "$", 1, 1, "'id' is missing. Expected a string.")]
    [InlineData("\"prompts\":", "\"promts\":", "$.promts", 18, 3, "'promts' is not a member here. Did you mean 'prompts'?")]
    [InlineData("\"version\": \"1.0.0\"", "\"version\": \"1.0.0\", \"version\": \"2.0.0\"", "$.version", 4, 23, "'version' is here twice.")]
    [InlineData("\"role\": \"payload-ref\"", "\"role\": \"payloadref\"", "$.tools[0].arguments.city.role", 13, 40, "expected one of control, payload, payload-ref, inert. Did you mean 'payload-ref'?")]
    [InlineData("\"read\"", "\"Read\"", "$.tools[0].effect", 11, 17, "Found 'Read', expected one of read, idempotent, keyed, once, compensable. Did you mean 'read'?")]
    [InlineData("\"weather\"", "\"Weather\"", "$.id", 3, 9, "'Weather' is not a plugin id.")]
    [InlineData("\"weather\"", "\"memory\"", "$.id", 3, 9, "The id 'memory' is the host's")]
    [InlineData("\"1.0.0\"", "\"1.0\"", "$.version", 4, 14, "'1.0' is not a SemVer version")]
    [InlineData("[0.1.0, 1.0.0)", "newest", "$.host", 5, 11, "'newest' is not a version range")]
    [InlineData("KernelHost.Tests.dll", "../KernelHost.Tests.dll", "$.entryAssembly", 6, 20, "is not the name of a .dll file beside the manifest")]
    [InlineData("KernelHost.Tests.dll", "Other.dll", "$.entryAssembly", 6, 20, "The entry assembly 'Other.dll' is not in")]
    [InlineData("\"manifestVersion\": 1", "\"manifestVersion\": 2", "$.manifestVersion", 2, 22, "Manifest version '2' is unknown")]
    [InlineData("get_forecast", "get forecast", "$.tools[0].name", 9, 15, "'get forecast' is not a tool name.")]
    [InlineData("\"type\": \"object\"", "\"type\": \"string\"", "$.tools[0].parameters", 12, 21, "are not a JSON Schema with \"type\": \"object\"")]
    [InlineData("\"arguments\": { \"city\"", "\"arguments\": { \"citty\"", "$.tools[0].arguments.citty", 13, 31, "'citty' is not a parameter of 'get_forecast'. Did you mean 'city'?")]
    [InlineData("maps/*.md", "../secrets/*.md", "$.retrievers[0].documents", 17, 74, "'../secrets/*.md' leaves the plugin's directory.")]
    [InlineData("maps/*.md", "/etc/*", "$.retrievers[0].documents", 17, 74, "leaves the plugin's directory")]
    [InlineData("get_forecast", "search_maps", "$.tools[0].name", 9, 15, "has the same name as the tool that the retriever 'maps' is offered as")]
    public void Parse_BadManifest_SaysWhereAndWhat(string text, string replacement, string path, int line, int column, string message)
    {
        var problem = Assert.Single(Read(Replace(text, replacement)).Problems);

        Assert.Equal((path, line, column), (problem.JsonPath, problem.Line, problem.Column));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.StartsWith($"plugin.json({line},{column}): {path}: ", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ManyErrors_ReportsAllInTheOrderOfTheFile()
    {
        var json = Replace("\"weather\"", "1").Replace("\"effect\": \"read\"", "\"efect\": \"read\"", StringComparison.Ordinal).Replace("\"Tone.\"", "null", StringComparison.Ordinal);

        Assert.Equal(["$.id", "$.tools[0].efect", "$.prompts[0].description"], Read(json).Problems.Select(problem => problem.JsonPath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{ // comment\n}")]
    [InlineData("\u0000")]
    public void Parse_NotJson_IsOneProblemWithItsLine(string json)
    {
        var problem = Assert.Single(Read(json).Problems);

        Assert.Equal(ProblemCodes.ManifestMalformed, problem.Code);
        Assert.True(problem.Line >= 1);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    public void Parse_NotAnObject_SaysSo(string json) =>
        Assert.Contains("expected an object", Assert.Single(Read(json).Problems).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_TwoToolsThatDifferInCaseOnly_Collide()
    {
        var json = Replace("\"tools\": [", """  "tools": [ { "name": "GET_forecast", "description": "x", "parameters": { "type": "object" } },""");

        var problem = Assert.Single(Read(json).Problems);

        Assert.Equal((ProblemCodes.NameCollision, "$.tools[1].name"), (problem.Code, problem.JsonPath));
        Assert.Contains("'get_forecast' has the same name as the tool 'GET_forecast'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadDirectory_NoManifest_NamesTheDirectory()
    {
        var problem = Assert.Single(ManifestReader.ReadDirectory(Path.Combine(AppContext.BaseDirectory, "no such place")).Problems);

        Assert.Equal(ProblemCodes.ManifestMissing, problem.Code);
        Assert.Contains("There is no 'plugin.json' in", problem.Message, StringComparison.Ordinal);
    }

    private static string Replace(string text, string replacement)
    {
        Assert.Contains(text, Good, StringComparison.Ordinal);
        return Good.Replace(text, replacement, StringComparison.Ordinal);
    }

    private static ManifestReading Read(string json) => ManifestReader.Parse(Encoding.UTF8.GetBytes(json), "plugin.json", AppContext.BaseDirectory);
}
