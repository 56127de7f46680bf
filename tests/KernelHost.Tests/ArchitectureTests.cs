using System.Text.RegularExpressions;

namespace KernelHost.Tests;

/// <summary>Holds the direction of dependencies between the folders of the engine. A folder may use what stands to the right of it.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string[] Base = ["Text", "Storage", "Telemetry"];
    private static readonly string[] Contributions = [.. Base, "Manifests", "Loading", "Catalog"];
    private static readonly string[] Parts = ["Planning", "Policy", "Memory", "Prompts", "Models", "Agents"];

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Hosting"] = [.. Contributions, .. Parts, "Runs"],
        ["Runs"] = [.. Contributions, .. Parts],
        ["Planning"] = Contributions,
        ["Policy"] = Contributions,
        ["Memory"] = Contributions,
        ["Prompts"] = Contributions,
        ["Models"] = Contributions,
        ["Agents"] = Contributions,
        ["Catalog"] = [.. Base, "Manifests", "Loading"],
        ["Loading"] = [.. Base, "Manifests"],
        ["Manifests"] = Base,
        ["Storage"] = [],
        ["Telemetry"] = [],
        ["Text"] = [],
    };

    [Fact]
    public void Folders_OfTheEngine_DependOnlyToTheRight()
    {
        var engine = RepositoryFiles.PathOf("src/KernelHost");
        List<string> violations = [];
        foreach (var file in Directory.EnumerateFiles(engine, "*.cs", SearchOption.AllDirectories))
        {
            var folder = Path.GetRelativePath(engine, file).Split(Path.DirectorySeparatorChar)[0];
            if (folder is "bin" or "obj")
            {
                continue;
            }

            Assert.True(Allowed.ContainsKey(folder), $"The folder '{folder}' has no place in the direction of dependencies. Give it one here and in the docs.");
            violations.AddRange(Uses(File.ReadAllText(file))
                .Where(used => used != folder && Allowed.ContainsKey(used) && !Allowed[folder].Contains(used))
                .Select(used => $"{Path.GetRelativePath(engine, file)} uses {used}"));
        }

        Assert.Empty(violations);
    }

    [Fact]
    public void Uses_NamesInDirectivesAndInCode_AreFound() =>
        Assert.Equal(["Runs", "Policy"], Uses("using KernelHost.Runs.Events;\nvar x = KernelHost.Policy.Verdict.Allow;"));

    private static IEnumerable<string> Uses(string source) => Reference().Matches(source).Select(match => match.Groups[1].Value).Distinct();

    [GeneratedRegex(@"(?<!namespace )\bKernelHost\.([A-Z][A-Za-z]+)\b")]
    private static partial Regex Reference();
}
