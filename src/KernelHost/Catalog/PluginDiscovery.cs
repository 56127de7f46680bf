using KernelHost.Manifests;

namespace KernelHost.Catalog;

/// <summary>Finds plugin directories.</summary>
public static class PluginDiscovery
{
    /// <summary>Absolute paths in the order of the options, sub-directories by name; a directory that does not exist holds no plugins.</summary>
    /// <param name="directories">Each holds plugins or is one.</param>
    public static IReadOnlyList<string> Find(IEnumerable<string> directories)
    {
        var found = new List<string>();
        foreach (var directory in directories.Select(Path.GetFullPath).Where(Directory.Exists))
        {
            found.AddRange(new[] { directory }.Concat(Directory.EnumerateDirectories(directory).Order(StringComparer.Ordinal))
                .Where(candidate => File.Exists(Path.Combine(candidate, ManifestReader.FileName)))
                .Select(Path.TrimEndingDirectorySeparator));
        }

        return [.. found.Distinct(StringComparer.Ordinal)];
    }
}
