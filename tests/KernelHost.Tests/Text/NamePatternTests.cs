using KernelHost.Text;

namespace KernelHost.Tests.Text;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a/bc", false)]
    [InlineData("a/b", "A/b", false)]
    [InlineData("a/*", "a/b", true)]
    [InlineData("a/*", "ab/c", false)]
    [InlineData("a/*", "a", false)]
    [InlineData("*", "a/b", true)]
    [InlineData("*/b", "a/b", false)]
    [InlineData("a/b*", "a/bc", false)]
    [InlineData("", "a/b", false)]
    public void IsMatch_Pattern_MeansWhatIsDocumented(string pattern, string name, bool expected) =>
        Assert.Equal(expected, NamePattern.IsMatch(pattern, name));

    [Theory]
    [InlineData("shop/get", null)]
    [InlineData("shop/*", null)]
    [InlineData("*", null)]
    [InlineData("shop/gte", "Plugin 'shop' has no tool 'gte'. Did you mean 'shop/get'?")]
    [InlineData("shpo/get", "No plugin 'shpo' offers a tool. Did you mean 'shop'?")]
    [InlineData("get", "'get' is not a tool. Write it as 'plugin/name', here 'shop/get'.")]
    [InlineData("sh\u200Bop/get", "No plugin 'sh⟦U+200B⟧op' offers a tool. Did you mean 'shop'?")]
    public void Explain_PatternWithoutMeaning_NamesTheNearest(string pattern, string? expected) =>
        Assert.Equal(expected, NamePattern.Explain("tool", pattern, ["shop/get"]));
}
