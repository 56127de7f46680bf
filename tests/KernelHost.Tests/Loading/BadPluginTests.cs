using System.Text;
using KernelHost.Catalog;
using KernelHost.Loading;
using KernelHost.Manifests;
using Microsoft.Extensions.Logging.Abstractions;

namespace KernelHost.Tests.Loading;

/// <summary>Each bad plugin gives one clear error that names the culprit and the cure, and its neighbours stay up.</summary>
public sealed class BadPluginTests : IDisposable
{
    private readonly PluginFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LoadAsync_MalformedManifest_NamesFileLineAndColumn()
    {
        var directory = _folder.Install("Complete");
        PluginFolder.Edit(directory, "\"id\": \"complete\",", "\"id\": \"complete\"");

        var problem = await _folder.LoadOneBadAsync();

        Assert.Equal(ProblemCodes.ManifestMalformed, problem.Code);
        Assert.Equal(Path.Combine(directory, "plugin.json"), problem.File);
        Assert.Equal((4, 3), (problem.Line, problem.Column));
        Assert.Contains("not valid JSON", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_WrongField_NamesPathAndNearestValue()
    {
        PluginFolder.Edit(_folder.Install("Complete"), "\"effect\": \"keyed\"", "\"effect\": \"keyd\"");

        var problem = await _folder.LoadOneBadAsync();

        Assert.Equal(ProblemCodes.ManifestInvalid, problem.Code);
        Assert.EndsWith(".effect", problem.JsonPath, StringComparison.Ordinal);
        Assert.Contains("Found 'keyd', expected one of read, idempotent, keyed, once, compensable. Did you mean 'keyed'?", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_HostRangeNotMet_NamesBothVersions()
    {
        PluginFolder.Edit(_folder.Install("Complete"), "[0.1.0, 1.0.0)", "[2.0,3.0)");

        var problem = await _folder.LoadOneBadAsync();

        Assert.Equal(ProblemCodes.HostRange, problem.Code);
        Assert.StartsWith($"Plugin 'complete' needs host '[2.0,3.0)' but this host is '{HostVersion.Current}'. Rebuild", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_TwoPluginsWithOneId_NamesBothAndRefusesTheSecond()
    {
        var first = _folder.Install("Complete", "a");
        var second = _folder.Install("Complete", "b");
        PluginFolder.Edit(second, "\"version\": \"0.1.0\"", "\"version\": \"0.2.0\"");

        await using var catalog = await _folder.LoadAsync();

        Assert.Equal([PluginState.Loaded, PluginState.Failed], catalog.Plugins.Select(plugin => plugin.State));
        var problem = Assert.Single(catalog.Plugins[1].Error!.Problems);
        Assert.Equal(ProblemCodes.DuplicateId, problem.Code);
        Assert.Contains($"version '0.1.0' in '{first}' and version '0.2.0' in '{second}'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_MissingDependency_NamesTheFile()
    {
        File.Delete(Path.Combine(_folder.Install("LibraryVersion2"), "Humanizer.dll"));

        await using var catalog = await _folder.LoadAsync();

        var problem = catalog.Plugins.Single().Error!.Problems[0];
        Assert.Equal(ProblemCodes.MissingDependency, problem.Code);
        Assert.Contains("Plugin 'library-version-2' needs 'Humanizer.dll' of 'Humanizer.Core/2.14.1'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_MissingDependencyWithoutDepsFile_IsFoundInTheReferences()
    {
        var directory = _folder.Install("LibraryVersion2");
        File.Delete(Path.Combine(directory, "Humanizer.dll"));
        File.Delete(Path.Combine(directory, "LibraryVersion2.deps.json"));

        var problem = await _folder.LoadOneBadAsync();

        Assert.Equal(ProblemCodes.MissingDependency, problem.Code);
        Assert.Contains("needs 'Humanizer' 2.14.0.0 but 'Humanizer.dll' is not in its directory", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("this is not an assembly")]
    [InlineData("MZ")]
    [InlineData("")]
    public async Task LoadAsync_BadImage_NamesTheFile(string content)
    {
        File.WriteAllText(Path.Combine(_folder.Install("Complete"), "Complete.dll"), content);

        var problem = await _folder.LoadOneBadAsync();

        Assert.Equal(ProblemCodes.BadImage, problem.Code);
        Assert.Contains("'Complete.dll' of plugin 'complete' is not a .NET assembly", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_TruncatedImage_NamesTheFile()
    {
        var file = Path.Combine(_folder.Install("Complete"), "Complete.dll");
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..2000]);

        Assert.Equal(ProblemCodes.BadImage, (await _folder.LoadOneBadAsync()).Code);
    }

    [Theory]
    [InlineData(".NETFramework,Version=v4.8")]
    [InlineData(".NETCoreApp,Version=v99.0")]
    [InlineData(".NETStandard,Version=v3.0")]
    [InlineData("nonsense")]
    public async Task LoadAsync_WrongFramework_NamesBothFrameworks(string framework)
    {
        SyntheticAssembly.Write(Path.Combine(_folder.Install("Complete"), "Complete.dll"), framework);

        var problem = await _folder.LoadOneBadAsync();

        Assert.Equal(ProblemCodes.WrongFramework, problem.Code);
        Assert.Contains($"Plugin 'complete' was built for '{framework}' but this host runs '.NETCoreApp,Version=v10.0'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_SharedFrameworkTheHostDoesNotRun_NamesIt()
    {
        var file = Path.Combine(_folder.Install("Complete"), "Complete.runtimeconfig.json");
        File.WriteAllText(file, """{ "runtimeOptions": { "frameworks": [{ "name": "Microsoft.NETCore.App", "version": "10.0.0" }, { "name": "Contoso.App", "version": "1.0.0" }] } }""");

        var problem = await _folder.LoadOneBadAsync();

        Assert.Equal(ProblemCodes.WrongFramework, problem.Code);
        Assert.Contains("'Contoso.App'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_NewerContract_NamesBothVersions()
    {
        SyntheticAssembly.Write(Path.Combine(_folder.Install("Complete"), "Complete.dll"), ".NETCoreApp,Version=v10.0", ("KernelHost.Abstractions", new Version(7, 3, 0, 0)));

        var problem = await _folder.LoadOneBadAsync();

        Assert.Equal(ProblemCodes.SharedAssemblyTooOld, problem.Code);
        Assert.Contains("was compiled against 'KernelHost.Abstractions' 7.3.0.0 but this host provides 0.1.0.0. Build it against 0.1.0 or update the host.", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_AssemblyWithoutContributions_SaysSo()
    {
        SyntheticAssembly.Write(Path.Combine(_folder.Install("Complete"), "Complete.dll"), ".NETCoreApp,Version=v10.0");

        var problem = await _folder.LoadOneBadAsync();

        Assert.Equal(ProblemCodes.EntryPoint, problem.Code);
        Assert.Contains("'Complete.dll' contributes nothing", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ThrowingConstructor", "throwing-constructor", "the constructor of 'TestPlugins.ThrowingConstructor.ThrowingPlugin' threw InvalidOperationException: The licence is missing.")]
    [InlineData("ThrowingConfigure", "throwing-configure", "'TestPlugins.ThrowingConfigure.ThrowingPlugin.Configure' threw OwnException: The port is taken.")]
    public async Task LoadAsync_CodeOfThePluginThrows_NamesWhereAndWhat(string plugin, string id, string message)
    {
        _folder.InstallWithEmptyManifest(plugin, id);

        var problem = await _folder.LoadOneBadAsync();

        Assert.Equal(ProblemCodes.LoadFailed, problem.Code);
        Assert.Contains($"Plugin '{id}' failed to load: {message}", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_LinkedDirectoriesWithoutEnd_AreRefusedAndNotFollowed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        var directory = _folder.Install("Complete");
        Directory.CreateSymbolicLink(Path.Combine(directory, "a"), directory);
        Directory.CreateSymbolicLink(Path.Combine(directory, "b"), directory);

        var problem = await _folder.LoadOneBadAsync();

        Assert.Equal((ProblemCodes.LinkedDirectory, "complete"), (problem.Code, Path.GetFileName(Path.GetDirectoryName(problem.File))?.ToLowerInvariant()));
        Assert.Equal(64, ContentHash.Compute(directory).Length);
    }

    [Fact]
    public async Task Inspect_DirectoryThatIsNoPlugin_IsNotHashed()
    {
        Directory.CreateDirectory(_folder.Plugins);

        var inspection = await PluginInspection.RunAsync(_folder.Plugins, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);

        Assert.Equal(ProblemCodes.ManifestMissing, Assert.Single(inspection.Problems).Code);
        Assert.Null(inspection.ContentHash);
    }

    [Fact]
    public async Task LoadAsync_ToolClassThrows_NamesTheClass()
    {
        _folder.Install("ThrowingTool");

        var problem = await _folder.LoadOneBadAsync();

        Assert.Equal(ProblemCodes.LoadFailed, problem.Code);
        Assert.Contains("creating 'TestPlugins.ThrowingTool.ThrowingTools' threw InvalidOperationException: The variable is not set.", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_ToolNamesCollide_NamesBothMethods()
    {
        _folder.InstallWithEmptyManifest("CollidingNames", "colliding-names");

        var problem = await _folder.LoadOneBadAsync();

        Assert.Equal(ProblemCodes.NameCollision, problem.Code);
        Assert.Contains("'get_order' is taken by 'TestPlugins.CollidingNames.LeftTools.GetOrder' and 'TestPlugins.CollidingNames.RightTools.Get'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_ToolsThatCannotBe_AreAllNamed()
    {
        _folder.InstallWithEmptyManifest("AsksForKernel", "asks-for-kernel");

        await using var catalog = await _folder.LoadAsync();

        var problems = catalog.Plugins.Single().Error!.Problems;
        Assert.All(problems, problem => Assert.Equal(ProblemCodes.ToolSignature, problem.Code));
        Assert.Equal(2, problems.Count);
        Assert.Contains("'TestPlugins.AsksForKernel.KernelTools.CountPlugins' cannot be a tool: its parameter 'kernel' asks for the host's kernel", problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("'value' is passed by reference", problems[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoadAsync_ManifestOfAnotherBuild_ListsEveryDifferenceOnce()
    {
        var directory = _folder.Install("Complete");
        PluginFolder.Edit(directory, "\"name\": \"greet\"", "\"name\": \"greets\"");
        PluginFolder.Edit(directory, "\"effect\": \"keyed\",\n      \"egress\": true", "\"effect\": \"read\",\n      \"egress\": false");
        PluginFolder.Edit(directory, "\"role\": \"payload\"", "\"role\": \"inert\"");
        PluginFolder.Edit(directory, "\"integrity\": \"typed\"", "\"integrity\": \"trusted\"");
        PluginFolder.Edit(directory, "\"description\": \"The article's id.\"", "\"description\": \"Any id.\"");
        PluginFolder.Edit(directory, "\"description\": \"Manuals of the articles.\"", "\"description\": \"All manuals.\"");
        PluginFolder.Edit(directory, "\"documents\": \"notes/**/*.md\"", "\"documents\": \"**/*\"");
        PluginFolder.Edit(directory, "\"name\": \"tone\"", "\"name\": \"voice\"");

        var problem = await _folder.LoadOneBadAsync();

        Assert.Equal(ProblemCodes.ManifestMismatch, problem.Code);
        Assert.Equal(
            "The assembly 'Complete.dll' of plugin 'complete' does not match its manifest: " +
            "tool 'greets' is declared but not in the assembly Did you mean 'greet'?; tool 'greet' is in the assembly but not declared; " +
            "tool 'find_article', result integrity: manifest 'trusted', assembly 'typed'; tool 'find_article', schema of 'id'; " +
            "tool 'reserve', effect: manifest 'read', assembly 'keyed'; tool 'reserve', egress: manifest 'false', assembly 'true'; " +
            "tool 'reserve', role of 'note': manifest 'inert', assembly 'payload'; " +
            "retriever 'manuals', description: manifest 'All manuals.', assembly 'Manuals of the articles.'; " +
            "retriever 'notes', documents: manifest '**/*', assembly 'notes/**/*.md'; " +
            "prompt 'voice' is declared but not in the assembly; prompt 'tone' is in the assembly but not declared. " +
            "Build the plugin again, which writes the manifest, and install both together.",
            problem.Message.Replace(" Did you mean 'tone'?", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task LoadAsync_EveryBadPluginAtOnce_LoadsTheGoodOnes()
    {
        _folder.InstallWithEmptyManifest("ThrowingConstructor", "throwing-constructor");
        _folder.InstallWithEmptyManifest("CollidingNames", "colliding-names");
        _folder.Install("ThrowingTool");
        File.WriteAllText(Path.Combine(_folder.Install("LibraryVersion2"), "plugin.json"), "[]");
        _folder.Install("LibraryVersion3");
        _folder.Install("Complete");
        Directory.CreateDirectory(Path.Combine(_folder.Plugins, "not-a-plugin"));

        await using var catalog = await _folder.LoadAsync();

        Assert.Equal(["complete", "library-version-3"], catalog.Plugins.Where(plugin => plugin.State == PluginState.Loaded).Select(plugin => plugin.Id).Order(StringComparer.Ordinal));
        Assert.Equal(4, catalog.Plugins.Count(plugin => plugin.State == PluginState.Failed));
        Assert.All(catalog.Plugins.Where(plugin => plugin.State == PluginState.Failed), plugin => Assert.Null(plugin.Error!.InnerException));
    }
}
