using KernelHost.Catalog;
using KernelHost.Loading;
using KernelHost.Manifests;
using KernelHost.Tests.Loading;
using Microsoft.Extensions.Logging.Abstractions;

namespace KernelHost.Tests.Catalog;

public sealed class PluginCatalogTests : IDisposable
{
    private readonly PluginFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LoadAsync_Plugin_FillsEveryList()
    {
        var directory = _folder.Install("HelloPlugin");

        await using var catalog = await _folder.LoadAsync();

        var entry = Assert.Single(catalog.Plugins);
        Assert.Equal(("hello", PluginState.Loaded, directory), (entry.Id, entry.State, entry.Directory));
        Assert.Equal(ContentHash.Compute(directory), entry.ContentHash);
        Assert.Equal(["hello-count_visits", "hello-sign_guest_book"], catalog.Tools.Select(tool => tool.ModelName));
        Assert.All(catalog.Tools, tool => Assert.Equal(entry.ContentHash, tool.ContentHash));
        var retriever = Assert.Single(catalog.Retrievers);
        Assert.Equal(("hello-search_customs", "hello/customs", "articles/**/*.md", directory), (retriever.ModelName, retriever.QualifiedName, retriever.DocumentPattern, retriever.PluginDirectory));
        Assert.Equal("Greet {{$name}} warmly and in one sentence.", Assert.Single(catalog.Prompts).Template);
        Assert.True(catalog.Kernel.Plugins["hello"].Contains("count_visits"));
    }

    [Fact]
    public async Task LoadAsync_DirectoryOfOnePlugin_IsFoundItself()
    {
        var directory = _folder.Install("HelloPlugin");

        await using var catalog = await PluginCatalog.LoadAsync(
            new CatalogOptions { PluginDirectories = [directory, _folder.Plugins, "no such directory"], DataDirectory = _folder.Data },
            NullLoggerFactory.Instance, TestContext.Current.CancellationToken);

        Assert.Equal("hello", Assert.Single(catalog.Plugins).Id);
    }

    [Fact]
    public async Task LoadAsync_ChangedFile_ChangesTheContentHashOnly()
    {
        var directory = _folder.Install("HelloPlugin");
        await using var before = await _folder.LoadAsync();
        File.AppendAllText(Path.Combine(directory, "articles", "greetings.md"), "One more.");
        await using var after = await _folder.LoadAsync();

        Assert.NotEqual(before.Tools[0].ContentHash, after.Tools[0].ContentHash);
        Assert.Equal(before.Tools[0].SchemaHash, after.Tools[0].SchemaHash);
    }

    [Fact]
    public void ContentHash_SameBytesUnderAnotherName_IsAnother()
    {
        var directory = _folder.Install("HelloPlugin");
        var before = ContentHash.Compute(directory);
        File.Move(Path.Combine(directory, "articles", "greetings.md"), Path.Combine(directory, "articles", "greeting.md"));

        Assert.NotEqual(before, ContentHash.Compute(directory));
    }

    [Fact]
    public void ModelName_IsUniqueAndWithinEveryProvidersLimits()
    {
        var longId = new string('a', 64);
        string[] names =
        [
            ModelName.ForTool("customer-support", "get_order"),
            ModelName.ForTool("customer", "support_get_order"),
            ModelName.ForRetriever("customer-support", "help-center"),
            ModelName.ForRetriever("customer-support", "help_center"),
            ModelName.ForTool(longId, "tool_a"),
            ModelName.ForTool(longId, "tool_b"),
            ModelName.ForTool("umlaut", "größe"),
            ModelName.ForTool("umlaut", "gr__e"),
        ];

        Assert.Equal("customer_support-get_order", names[0]);
        Assert.Equal("customer_support-search_help-center", names[2]);
        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, name => Assert.Matches("^[a-zA-Z0-9_-]{1,64}$", name));
        Assert.Equal(names[4], ModelName.ForTool(longId, "tool_a"));
    }

    [Fact]
    public async Task LoadAsync_Cancelled_Throws()
    {
        _folder.Install("HelloPlugin");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PluginCatalog.LoadAsync(
            new CatalogOptions { PluginDirectories = [_folder.Plugins], DataDirectory = _folder.Data }, NullLoggerFactory.Instance, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Inspection_GoodPlugin_IsValidAndTouchesNoData()
    {
        var inspection = await PluginInspection.RunAsync(_folder.Install("Complete"), NullLoggerFactory.Instance, TestContext.Current.CancellationToken);

        Assert.Empty(inspection.Problems);
        Assert.True(inspection.IsValid);
        Assert.Equal("complete", inspection.Manifest!.Id);
        Assert.False(Directory.Exists(_folder.Data));
    }

    [Fact]
    public async Task Inspection_ShippedSharedAssembly_IsAWarning()
    {
        var directory = _folder.Install("Complete");
        File.Copy(typeof(Plugin).Assembly.Location, Path.Combine(directory, "KernelHost.Abstractions.dll"));

        var inspection = await PluginInspection.RunAsync(directory, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);

        Assert.True(inspection.IsValid);
        Assert.Equal(ProblemCodes.ShipsSharedAssembly, Assert.Single(inspection.Problems).Code);
    }

    [Theory]
    [InlineData("no such directory")]
    [InlineData("tabs\tand 'quotes' and ünïcode")]
    public async Task Inspection_NoPlugin_SaysSo(string directory)
    {
        var inspection = await PluginInspection.RunAsync(Path.Combine(_folder.Plugins, directory), NullLoggerFactory.Instance, TestContext.Current.CancellationToken);

        Assert.False(inspection.IsValid);
        Assert.Equal(ProblemCodes.ManifestMissing, Assert.Single(inspection.Problems).Code);
    }
}
