using Microsoft.Extensions.FileSystemGlobbing;

namespace KernelHost.Memory.Ingestion;

/// <summary>The files of a directory that match the patterns, without those that lead out of it.</summary>
internal sealed class DirectoryScan
{
    private readonly List<IngestNotice> _skipped = [];
    private readonly List<string> _unknown = [];
    private readonly string[] _beginnings;

    private DirectoryScan(string root, IngestRequest request)
    {
        Root = root;
        IncludeHidden = request.IncludeHidden;
        _beginnings = [.. request.Patterns.Select(static pattern => pattern[..(pattern.IndexOf('*', StringComparison.Ordinal) is >= 0 and var star ? pattern.LastIndexOf('/', star) + 1 : pattern.Length)])];
    }

    /// <summary>Whether names that begin with a dot are looked at.</summary>
    public bool IncludeHidden { get; }

    /// <summary>The directory with all symbolic links resolved.</summary>
    public string Root { get; }

    /// <summary>In the ordinal order of their paths.</summary>
    public IReadOnlyList<FoundFile> Files { get; private set; } = [];

    public IReadOnlyList<IngestNotice> Skipped => _skipped;

    /// <exception cref="MemoryException">The directory does not exist, or a pattern leaves it.</exception>
    public static DirectoryScan Run(IngestRequest request)
    {
        var path = Path.GetFullPath(request.Directory);
        foreach (var pattern in request.Patterns)
        {
            if (Path.IsPathRooted(pattern) || pattern.Split('/', '\\').Contains(".."))
            {
                throw new MemoryException($"The pattern '{pattern}' leaves the directory '{path}'. Use a pattern below it, for example 'articles/**/*.md'.", path);
            }
        }

        // An absent directory is no empty one: taking it for empty would delete the whole collection.
        if (!Directory.Exists(path))
        {
            throw new MemoryException($"The directory '{path}' does not exist, so its documents cannot be ingested. Create it or correct the path.", path);
        }

        var scan = new DirectoryScan(RealPath.Of(path), request);
        var matcher = new Matcher(StringComparison.Ordinal);
        matcher.AddIncludePatterns(request.Patterns);
        var result = matcher.Execute(new ContainedDirectory(scan, new DirectoryInfo(scan.Root), parent: null));
        var files = new List<FoundFile>();
        foreach (var match in result.Files)
        {
            var file = new FoundFile(match.Path, new FileInfo(Path.Combine(scan.Root, match.Path)));
            if (scan.Admit(file))
            {
                files.Add(file);
            }
        }

        files.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        scan.Files = files;
        return scan;
    }

    /// <summary>Whether it is unknown what became of a document, because its directory could not be listed.</summary>
    public bool IsUnknown(string path) => _unknown.Exists(directory => path.StartsWith(directory, StringComparison.Ordinal));

    public string Relative(string path) => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');

    public void SkipDirectory(string path, string reason, bool isUnknown)
    {
        var relative = Relative(path) is var name and not "." ? name + "/" : "";
        // Of several places, only what they lead through is anybody's concern.
        if (!Array.Exists(_beginnings, beginning => beginning.StartsWith(relative, StringComparison.Ordinal) || relative.StartsWith(beginning, StringComparison.Ordinal)))
        {
            return;
        }

        _skipped.Add(new IngestNotice(relative.Length > 0 ? relative : "./", reason));
        if (isUnknown)
        {
            _unknown.Add(relative);
        }
    }

    private bool Admit(FoundFile file)
    {
        if (!file.IsLink || RealPath.IsBelow(Root, RealPath.Of(file.Info.FullName)))
        {
            return true;
        }

        _skipped.Add(new IngestNotice(file.Path, "It is a symbolic link that leaves the directory."));
        return false;
    }
}

/// <summary>A file that matches a pattern.</summary>
/// <param name="Path">Relative to the directory, with <c>/</c>.</param>
/// <param name="Info">The file.</param>
internal sealed record FoundFile(string Path, FileInfo Info)
{
    public bool IsLink => Info.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
