using KernelHost.Catalog;
using KernelHost.Manifests;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace KernelHost.Tests.Loading;

/// <summary>A directory of installed plugins, of one test: real DLLs, copied so that the test may damage them.</summary>
public sealed class PluginFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("kernelhost-tests-");

    public string Plugins => Path.Combine(_root.FullName, "plugins");

    public string Data => Path.Combine(_root.FullName, "data");

    /// <summary>Installs a test plugin and returns its directory.</summary>
    public string Install(string name, string? directory = null)
    {
        var source = Path.Combine(AppContext.BaseDirectory, "TestPlugins", name);
        var target = Path.Combine(Plugins, directory ?? name);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return target;
    }

    /// <summary>Installs a test plugin whose manifest the build did not write, with one that declares nothing.</summary>
    public string InstallWithEmptyManifest(string name, string id)
    {
        var directory = Install(name);
        File.WriteAllBytes(Path.Combine(directory, ManifestReader.FileName), ManifestWriter.Write(Manifest(id, $"{name}.dll")));
        return directory;
    }

    public static PluginManifest Manifest(string id, string entryAssembly) => new()
    {
        Id = id,
        Version = "0.1.0",
        Host = "[0.1.0, 1.0.0)",
        EntryAssembly = entryAssembly,
    };

    /// <summary>Replaces text in a plugin's manifest; the text must be there.</summary>
    public static void Edit(string directory, string text, string replacement)
    {
        var file = Path.Combine(directory, ManifestReader.FileName);
        var manifest = File.ReadAllText(file);
        Assert.Contains(text, manifest, StringComparison.Ordinal);
        File.WriteAllText(file, manifest.Replace(text, replacement, StringComparison.Ordinal));
    }

    public Task<PluginCatalog> LoadAsync(Action<Dictionary<string, string?>>? configure = null)
    {
        var values = new Dictionary<string, string?>();
        configure?.Invoke(values);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        return PluginCatalog.LoadAsync(
            new CatalogOptions { PluginDirectories = [Plugins], DataDirectory = Data, PluginConfiguration = configuration.GetSection },
            NullLoggerFactory.Instance,
            TestContext.Current.CancellationToken);
    }

    /// <summary>Loads the folder, in which exactly one plugin is bad, and returns its only problem. Its neighbour must be up.</summary>
    public async Task<PluginProblem> LoadOneBadAsync()
    {
        Install("HelloPlugin", "zz-neighbour");
        await using var catalog = await LoadAsync();
        var failed = Assert.Single(catalog.Plugins, plugin => plugin.State == PluginState.Failed);
        Assert.Contains(catalog.Tools, tool => tool.QualifiedName == "hello/count_visits");
        Assert.DoesNotContain(catalog.Tools, tool => tool.PluginId == failed.Id);
        return Assert.Single(failed.Error!.Problems);
    }

    public void Dispose() => _root.Delete(recursive: true);
}
