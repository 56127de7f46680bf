using System.Text.RegularExpressions;
using KernelHost.Agents;
using KernelHost.Policy;
using KernelHost.Tests.Policy;

namespace KernelHost.Tests;

/// <summary>Every YAML example in the guides loads.</summary>
public sealed partial class DocsTests
{
    [Fact]
    public void PolicyGuide_EveryExample_LoadsAndPasses()
    {
        var examples = Examples("docs/policy.md");
        Assert.Equal(["policy", "rule", "rule", "rule", "policy", "policy"], examples.Select(example => example.Kind));
        Assert.All(examples, example => PolicyDocument.Parse(
            example.Kind == "rule" ? $"version: 1\nrules:\n{example.Text}" : example.Text, "docs/policy.md").Bind(TestTools.All, ["support"]));
    }

    [Fact]
    public void ApprovalGuide_EveryExample_LoadsForThePeopleItNames()
    {
        var example = Assert.Single(Examples("docs/approvals.md"));
        Approvers people = new([new("bob", ["supervisor"]), new("carol", ["supervisor"]), new("dora", ["manager"])]);
        PolicyDocument.Parse($"version: 1\nrules:\n{example.Text}", "docs/approvals.md").Bind(TestTools.All, agents: null, people);
    }

    [Fact]
    public void AgentGuide_EveryExample_LoadsAndIsValid()
    {
        var examples = Examples("docs/agents.md");
        Assert.Equal(["agent", "agent"], examples.Select(example => example.Kind));
        Assert.All(examples, example =>
        {
            var entry = AgentCatalog.Parse(example.Text, "docs/agents.md");
            Assert.Empty(entry.Errors);
            Assert.Empty(AgentCheck.Validate(entry.Definition!, TestTools.All, ["customer-support/help-center"], ["customer-support/tone"], ["default"]));
        });
    }

    [Fact]
    public void GroundingGuide_Example_LoadsAndSaysWhatTheTextSays()
    {
        var example = Assert.Single(Examples("docs/grounding.md"));

        var entry = AgentCatalog.Parse(example.Text, "docs/grounding.md");

        Assert.Empty(entry.Errors);
        Assert.Equal((CitationUse.Required, UncitedStatement.Strip), (entry.Definition!.Grounding!.Citations, entry.Definition.Grounding.OnUncited));
    }

    [Fact]
    public void Readme_PluginExample_IsTheOneThatIsBuiltWithTheTests()
    {
        var readme = RepositoryFiles.Read("README.md").ReplaceLineEndings("\n");
        var built = RepositoryFiles.Read("tests/TestPlugins/Readme/WeatherPlugin.cs").ReplaceLineEndings("\n");

        Assert.Contains($"```csharp\n{built}```", readme, StringComparison.Ordinal);
    }

    [Fact]
    public void MemoryGuide_VectorStoreExample_IsTheOneThatIsRunByTheTests()
    {
        var guide = RepositoryFiles.Read("docs/memory.md").ReplaceLineEndings("\n");
        var built = RepositoryFiles.Read("tests/KernelHost.Tests/Memory/VectorData/ArticleSearch.cs").ReplaceLineEndings("\n");

        Assert.Contains($"```csharp\n{built}```", guide, StringComparison.Ordinal);
    }

    private static List<(string Kind, string Text)> Examples(string path)
    {
        var examples = Fence().Matches(RepositoryFiles.Read(path).ReplaceLineEndings("\n"));
        return [.. examples.Select(match => (match.Groups["kind"].Value, Outdent(match.Groups["text"].Value, match.Groups["indent"].Length)))];
    }

    private static string Outdent(string text, int indent) => string.Join('\n', text.Split('\n').Select(line => line.Length > indent ? line[indent..] : ""));

    [GeneratedRegex(@"^(?<indent> *)```yaml (?<kind>\w+)\n(?<text>.*?)\n *```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
