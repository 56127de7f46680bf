using System.Text.RegularExpressions;
using System.Xml.Linq;
using KernelHost.Loading;

namespace KernelHost.Tests.Loading;

/// <summary>The list of shared assemblies is the plugin contract: code, build and guide must say the same.</summary>
public sealed class SharedAssembliesTests
{
    [Fact]
    public void Names_AreThoseTheBuildLeavesOut()
    {
        var targets = XDocument.Parse(RepositoryFiles.Read("src/KernelHost.Abstractions/build/KernelHost.Plugin.targets"));

        Assert.Equal(SharedAssemblies.Names, targets.Descendants("KernelHostSharedAssembly").Select(item => item.Attribute("Include")!.Value));
    }

    [Fact]
    public void Names_AreThoseTheGuideLists()
    {
        var guide = RepositoryFiles.Read("docs/plugins.md");
        var section = guide[guide.IndexOf("## What is shared", StringComparison.Ordinal)..guide.IndexOf("## Unloading", StringComparison.Ordinal)];

        Assert.Equal(SharedAssemblies.Names.Order(StringComparer.Ordinal),
            Regex.Matches(section, "^- `([^`]+)`", RegexOptions.Multiline).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Names_AreAllInTheHost() => Assert.All(SharedAssemblies.Names, name => Assert.NotNull(SharedAssemblies.VersionOf(name)));

    [Fact]
    public void ProblemCodes_AreAllInTheGuide()
    {
        var guide = RepositoryFiles.Read("docs/plugins.md");

        Assert.All(typeof(KernelHost.Manifests.ProblemCodes).GetFields(), field => Assert.Contains($"| {field.GetRawConstantValue()} |", guide, StringComparison.Ordinal));
    }
}
