namespace KernelHost.Memory.Ingestion;

/// <summary>Paths with every symbolic link on the way resolved, so that containment can be decided by comparing names.</summary>
internal static class RealPath
{
    // As many as Linux follows before it gives up with ELOOP.
    private const int MostLinks = 40;

    /// <summary>The real path; the path itself when a link leads nowhere or in circles.</summary>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        for (var links = 0; links <= MostLinks; links++)
        {
            if (FirstLink(full) is not { } target)
            {
                return full;
            }

            full = target;
        }

        return Path.GetFullPath(path);
    }

    public static bool IsBelow(string root, string path) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // The path with its first linked component replaced by where that points, or null when there is none.
    private static string? FirstLink(string full)
    {
        var root = Path.GetPathRoot(full)!;
        var parts = full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        var current = root;
        for (var i = 0; i < parts.Length; i++)
        {
            var next = Path.Combine(current, parts[i]);
            if (new FileInfo(next).LinkTarget is { } target)
            {
                return Path.GetFullPath(Path.Combine([current, target, .. parts[(i + 1)..]]));
            }

            current = next;
        }

        return null;
    }
}
