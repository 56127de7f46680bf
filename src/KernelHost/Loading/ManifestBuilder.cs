using KernelHost.Manifests;

namespace KernelHost.Loading;

/// <summary>Makes a manifest from the attributes of a built assembly. The build calls it; a host never does.</summary>
public static class ManifestBuilder
{
    /// <summary>Loads the assembly as a host does, runs <see cref="Plugin.Configure"/> and reads the contributions.</summary>
    /// <param name="assemblyPath">The entry assembly in the plugin's complete output directory.</param>
    /// <exception cref="PluginException">Everything that would keep a host from loading it.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static PluginManifest Build(string assemblyPath)
    {
        assemblyPath = Path.GetFullPath(assemblyPath);
        if (!File.Exists(assemblyPath))
        {
            throw new FileNotFoundException($"The assembly '{assemblyPath}' does not exist. Build the project first.", assemblyPath);
        }

        var name = Path.GetFileNameWithoutExtension(assemblyPath);
        Throw(name, AssemblyCheck.Run(name, assemblyPath));
        var directory = Path.GetDirectoryName(assemblyPath)!;
        var settings = LoadSettings.ForInspection(Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, Path.Combine(Path.GetTempPath(), "kernelhost-build"));
        using var context = PluginContext.Create(assemblyPath);
        var manifest = Read(name, context, directory, settings);

        // What is written now is read by the same rules later, so the author learns of a bad name in the build.
        Throw(manifest.Id, ManifestReader.Parse(ManifestWriter.Write(manifest), Path.Combine(directory, ManifestReader.FileName), directory).Problems);
        return manifest;
    }

    private static PluginManifest Read(string name, PluginContext context, string directory, LoadSettings settings)
    {
        var step = "loading the assembly";
        try
        {
            using (context.Enter())
            {
                return Contributions.Find(
                    context.LoadEntry(), (id, version) => settings.Environment(id, version, directory), PluginJson.CreateOptions(), next => step = next).Manifest;
            }
        }
        catch (Exception exception) when (exception is not PluginException)
        {
            throw new PluginException(name, [LoadFailure.Describe(name, exception, step)]);
        }
    }

    private static void Throw(string pluginId, IReadOnlyList<PluginProblem> problems)
    {
        var errors = problems.Where(problem => !problem.IsWarning).ToList();
        if (errors.Count > 0)
        {
            throw new PluginException(pluginId, errors);
        }
    }
}
