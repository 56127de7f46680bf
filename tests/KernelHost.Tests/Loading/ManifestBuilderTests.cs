using KernelHost.Loading;
using KernelHost.Manifests;

namespace KernelHost.Tests.Loading;

public sealed class ManifestBuilderTests : IDisposable
{
    private readonly PluginFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Complete")]
    [InlineData("PlainKernelClass")]
    [InlineData("HelloPlugin")]
    public void Build_TwiceAndInTheBuild_GivesTheSameBytes(string plugin)
    {
        var directory = _folder.Install(plugin);

        var first = ManifestWriter.Write(ManifestBuilder.Build(Path.Combine(directory, $"{plugin}.dll")));
        var second = ManifestWriter.Write(ManifestBuilder.Build(Path.Combine(directory, $"{plugin}.dll")));

        Assert.Equal(first, second);
        Assert.Equal(File.ReadAllBytes(Path.Combine(directory, "plugin.json")), first);
    }

    [Fact]
    public void Build_PlainKernelClass_TakesIdNamesAndDescriptionsFromTheCode()
    {
        var manifest = ManifestBuilder.Build(Path.Combine(_folder.Install("PlainKernelClass"), "PlainKernelClass.dll"));

        Assert.Equal("plain-kernel-class", manifest.Id);
        Assert.Equal(["add_days", "today", "has_log"], manifest.Tools.Select(tool => tool.Name));
        Assert.Equal(["Adds days to a date.", "Today.", "Has log."], manifest.Tools.Select(tool => tool.Description));
        Assert.All(manifest.Tools, tool => Assert.Equal(ToolEffect.Once, tool.Effect));
    }

    [Theory]
    [InlineData("CollidingNames", ProblemCodes.NameCollision)]
    [InlineData("AsksForKernel", ProblemCodes.ToolSignature)]
    [InlineData("ThrowingConstructor", ProblemCodes.LoadFailed)]
    public void Build_BadPlugin_FailsInTheBuildAsItWouldInTheHost(string plugin, string code)
    {
        var error = Assert.Throws<PluginException>(() => ManifestBuilder.Build(Path.Combine(_folder.Install(plugin), $"{plugin}.dll")));

        Assert.All(error.Problems, problem => Assert.Equal(code, problem.Code));
    }

    [Fact]
    public void Build_NoSuchFile_SaysSo() => Assert.Throws<FileNotFoundException>(() => ManifestBuilder.Build(Path.Combine(_folder.Plugins, "none.dll")));
}
