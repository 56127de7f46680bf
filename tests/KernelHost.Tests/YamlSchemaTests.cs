using System.Text.Json;
using KernelHost.Agents;
using KernelHost.Policy;
using KernelHost.Text;

namespace KernelHost.Tests;

/// <summary>The JSON Schemas that editors use name exactly the fields that the readers know.</summary>
public sealed class YamlSchemaTests
{
    private const string Rule = "version: 1\nrules:\n  - id: r\n    decision: ask\n    tools: [bank/pay]\n";

    [Theory]
    [InlineData("properties", "zzz: 1")]
    [InlineData("properties/limits/properties", "name: a\ninstructions: x\nlimits: { zzz: 1 }")]
    [InlineData("properties/grounding/properties", "name: a\ninstructions: x\ngrounding: { citations: required, zzz: 1 }")]
    [InlineData("$defs/modelChoice/properties", "name: a\ninstructions: x\nmodel: { zzz: 1 }")]
    [InlineData("$defs/fallback/properties", "name: a\ninstructions: x\nmodel: { fallback: [ { model: b, zzz: 1 } ] }")]
    public void AgentSchema_Fields_AreThoseOfTheReader(string path, string yaml) =>
        Assert.Equal(Known(AgentCatalog.Parse(yaml, "a.yaml").Errors), Members("agent", path));

    [Theory]
    [InlineData("properties", "version: 1\nzzz: 1")]
    [InlineData("properties/defaults/properties", "version: 1\ndefaults: { zzz: 1 }")]
    [InlineData("$defs/rule/properties", Rule + "    zzz: 1")]
    [InlineData("$defs/approval/properties", Rule + "    approval: { zzz: 1 }")]
    [InlineData("$defs/operators/properties", Rule + "    when: { amount: { zzz: 1 } }")]
    [InlineData("$defs/call/properties", Rule + "    match: [ { tool: bank/pay, zzz: 1 } ]")]
    [InlineData("$defs/test/properties", "version: 1\ntests: [ { tool: bank/pay, expect: ask, zzz: 1 } ]")]
    public void PolicySchema_Fields_AreThoseOfTheReader(string path, string yaml) =>
        Assert.Equal(Known(Assert.Throws<PolicyException>(() => PolicyDocument.Parse(yaml, "p.yaml")).Errors), Members("policy", path));

    private static IEnumerable<string> Members(string schema, string path)
    {
        var element = JsonElement.Parse(RepositoryFiles.Read($"docs/schemas/{schema}.schema.json"));
        return path.Split('/').Aggregate(element, (parent, name) => parent.GetProperty(name)).EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal);
    }

    // Every message about an unknown field ends with the known ones.
    private static IEnumerable<string> Known(IReadOnlyList<SourceError> errors)
    {
        var message = errors.Single(error => error.Message.Contains("'zzz'", StringComparison.Ordinal)).Message;
        return message[(message.LastIndexOf(": ", StringComparison.Ordinal) + 2)..].TrimEnd('.').Split(", ").Order(StringComparer.Ordinal);
    }
}
