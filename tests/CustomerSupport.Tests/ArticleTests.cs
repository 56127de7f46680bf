using System.Text.RegularExpressions;

namespace KernelHost.Plugins.CustomerSupport.Tests;

public sealed partial class ArticleTests
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "articles");

    public static TheoryData<string> Articles =>
        [.. Directory.EnumerateFiles(Root, "*.md", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Root, path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void HelpCentre_IsCompleteAndItsTitlesAreUnique()
    {
        var titles = Articles.Select(row => File.ReadLines(Path.Combine(Root, row.Data)).First()).ToList();
        Assert.InRange(titles.Count, 28, 100);
        Assert.Equal(titles.Count, titles.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Theory]
    [MemberData(nameof(Articles))]
    public void Article_HasOneTitleSectionsAndAReadableLength(string article)
    {
        var text = File.ReadAllText(Path.Combine(Root, article));
        var lines = text.Split('\n');

        Assert.StartsWith("# ", lines[0], StringComparison.Ordinal);
        Assert.Single(lines, line => line.StartsWith("# ", StringComparison.Ordinal));
        Assert.InRange(lines.Count(line => line.StartsWith("## ", StringComparison.Ordinal)), 2, 10);
        Assert.InRange(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length, 150, 400);
    }

    [Theory]
    [MemberData(nameof(Articles))]
    public void Article_LinksOnlyToArticlesThatExist(string article)
    {
        var path = Path.Combine(Root, article);
        Assert.All(
            Link().Matches(File.ReadAllText(path)),
            link => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(path)!, link.Groups[1].Value)), $"'{article}' links to '{link.Groups[1].Value}'."));
    }

    [Fact]
    public void LateDeliveries_StateTheRuleThatTheDemoRestsOn()
    {
        var text = File.ReadAllText(Path.Combine(Root, "shipping", "late-deliveries.md"));
        Assert.Contains("two or more business days late, we refund the shipping fee on request", text, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();
}
