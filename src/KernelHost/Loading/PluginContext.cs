using System.Reflection;
using System.Runtime.Loader;
using McMaster.NETCore.Plugins;

namespace KernelHost.Loading;

/// <summary>The collectible load context of one version of one plugin.</summary>
internal sealed class PluginContext : IDisposable
{
    private readonly PluginLoader _loader;

    private PluginContext(PluginLoader loader) => _loader = loader;

    public AssemblyLoadContext LoadContext => _loader.LoadContext;

    /// <param name="entryPath">The absolute path of the entry assembly.</param>
    public static PluginContext Create(string entryPath) => new(PluginLoader.CreateFromAssemblyFile(entryPath, config =>
    {
        config.IsUnloadable = true;

        // Otherwise the loader walks the whole closure of the shared assemblies now, and throws when one of them has an optional
        // reference that is not deployed. Its builder reads this before it adds the shared names.
        config.IsLazyLoaded = true;
        foreach (var name in SharedAssemblies.Names)
        {
            config.SharedAssemblies.Add(new AssemblyName(name));
        }

        // Lazy loading shares what shared assemblies refer to as soon as they are used. A private name beats a shared one, so
        // what the plugin ships stays its own, whatever was loaded before it.
        foreach (var file in PluginFiles.All(Path.GetDirectoryName(entryPath)!).Where(file => file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (!SharedAssemblies.Contains(name))
            {
                config.PrivateAssemblies.Add(new AssemblyName(name));
            }
        }
    }));

    /// <summary>Loads the entry assembly.</summary>
    public Assembly LoadEntry() => _loader.LoadDefaultAssembly();

    /// <summary>
    /// Makes <c>Type.GetType</c> and <c>Assembly.Load</c> in shared assemblies look into this context, also behind awaits. Entered around
    /// every piece of plugin code: without it a TypeConverter of the plugin is not found.
    /// </summary>
    public AssemblyLoadContext.ContextualReflectionScope Enter() => _loader.EnterContextualReflection();

    /// <summary>Starts unloading; the context goes when nothing refers to it any more.</summary>
    public void Dispose() => _loader.Dispose();
}
