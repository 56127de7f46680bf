using KernelHost.Cli.Invocation;

namespace KernelHost.Cli.Commands;

/// <summary>What the files, directories and patterns of a command line come to: one directory, and patterns below it.</summary>
/// <param name="Directory">The innermost directory that all of them are in. Documents are named relative to it.</param>
/// <param name="Patterns">The patterns.</param>
internal sealed record IngestPlaces(string Directory, IReadOnlyList<string> Patterns)
{
    /// <exception cref="UsageException">One of them does not exist.</exception>
    public static IngestPlaces Resolve(IReadOnlyList<string> paths, string workingDirectory)
    {
        var places = paths.Select(path => ResolveOne(path, workingDirectory)).ToList();
        var directory = places.Select(static place => place.Directory).Aggregate(Common);
        return new IngestPlaces(directory, [.. places.Select(place => Below(directory, place.Directory) + place.Pattern).Distinct(StringComparer.Ordinal)]);
    }

    private static (string Directory, string Pattern) ResolveOne(string path, string workingDirectory)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new UsageException($"{Unknown.Show(path)} is no path.");
        }

        if (path.Contains('*', StringComparison.Ordinal))
        {
            return Glob(path, workingDirectory);
        }

        var full = Path.GetFullPath(path, workingDirectory);
        return System.IO.Directory.Exists(full) ? (Path.TrimEndingDirectorySeparator(full), "**/*")
            : File.Exists(full) ? (Path.GetDirectoryName(full)!, Path.GetFileName(full))
            : throw new UsageException($"There is no file or directory {Unknown.Show(full)}. Correct the path; a pattern has a '*' in it and goes in quotes.");
    }

    private static (string Directory, string Pattern) Glob(string path, string workingDirectory)
    {
        var parts = path.Replace(Path.DirectorySeparatorChar, '/').Split('/');
        var literal = parts.TakeWhile(static part => !part.Contains('*', StringComparison.Ordinal)).Count();
        var rest = parts[literal..];
        if (rest.Contains(".."))
        {
            throw new UsageException($"The pattern {Unknown.Show(path)} has a '..' behind a '*'. Write the directory first.");
        }

        var start = string.Join('/', parts[..literal]);
        var directory = Path.GetFullPath(start.Length > 0 ? start : path.StartsWith('/') ? "/" : ".", workingDirectory);
        return System.IO.Directory.Exists(directory)
            ? (Path.TrimEndingDirectorySeparator(directory), string.Join('/', rest))
            : throw new UsageException($"There is no directory {Unknown.Show(directory)}. Correct the pattern {Unknown.Show(path)}.");
    }

    private static string Common(string one, string other)
    {
        while (Below(one, other) is null)
        {
            // The root is above everything on the same drive.
            one = Path.GetDirectoryName(one) ?? throw new UsageException("The paths are on different drives. Ingest them one after the other, into two collections.");
        }

        return one;
    }

    // The way from a directory down to another, with a '/' at its end; null when it is not below.
    private static string? Below(string directory, string path)
    {
        var relative = Path.GetRelativePath(directory, path).Replace(Path.DirectorySeparatorChar, '/');
        return relative == "." ? "" : relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? null : relative + "/";
    }
}
