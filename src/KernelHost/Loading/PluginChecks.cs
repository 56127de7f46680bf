using KernelHost.Manifests;
using NuGet.Versioning;

namespace KernelHost.Loading;

/// <summary>Everything that can be found out about a plugin without running any of its code.</summary>
internal static class PluginChecks
{
    /// <param name="directory">The plugin's directory.</param>
    /// <param name="manifest">Its manifest, which has no problem of its own.</param>
    /// <returns>Errors and warnings.</returns>
    public static IReadOnlyList<PluginProblem> Run(string directory, PluginManifest manifest)
    {
        var range = VersionRange.Parse(manifest.Host);
        if (!range.Satisfies(new NuGetVersion(HostVersion.Current.ToNormalizedString())))
        {
            return
            [
                new PluginProblem(ProblemCodes.HostRange,
                    $"Plugin '{manifest.Id}' needs host '{manifest.Host}' but this host is '{HostVersion.Current}'. Rebuild it against KernelHost.Abstractions {HostVersion.Current} or update the host.")
                { File = Path.Combine(directory, ManifestReader.FileName), JsonPath = "$.host" },
            ];
        }

        if (PluginFiles.LinkedDirectory(directory) is { } link)
        {
            return
            [
                new PluginProblem(ProblemCodes.LinkedDirectory,
                    $"Plugin '{manifest.Id}' holds a link to a directory. What is behind it is not part of the plugin's content hash, so it is not loaded. Copy the files instead.")
                { File = link },
            ];
        }

        return AssemblyCheck.Run(manifest.Id, Path.Combine(directory, manifest.EntryAssembly));
    }

    /// <summary>Copies of shared assemblies, which the loader ignores.</summary>
    public static IEnumerable<PluginProblem> ShippedSharedAssemblies(string directory) =>
        from file in Directory.EnumerateFiles(directory, "*.dll")
        where SharedAssemblies.Contains(Path.GetFileNameWithoutExtension(file))
        orderby file
        select new PluginProblem(ProblemCodes.ShipsSharedAssembly,
            "The host provides this assembly and ignores the copy. Delete it; a project with IsKernelHostPlugin does not copy it.")
        { File = file, IsWarning = true };
}
