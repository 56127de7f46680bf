using System.IO.Enumeration;

namespace KernelHost.Loading;

/// <summary>The files of a plugin directory. Directories that are links are not entered: they leave the directory, or lead back into it without end.</summary>
internal static class PluginFiles
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>The absolute paths of all files.</summary>
    public static IEnumerable<string> All(string directory) => Find(directory, static (ref entry) => !entry.IsDirectory);

    /// <summary>The first directory that is a link, or <see langword="null"/>.</summary>
    public static string? LinkedDirectory(string directory) => Find(directory, static (ref entry) => entry.IsDirectory && IsLink(ref entry)).FirstOrDefault();

    private static FileSystemEnumerable<string> Find(string directory, FileSystemEnumerable<string>.FindPredicate include) =>
        new(directory, static (ref entry) => entry.ToFullPath(), Everything)
        {
            ShouldIncludePredicate = include,
            ShouldRecursePredicate = static (ref entry) => !IsLink(ref entry),
        };

    private static bool IsLink(ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;
}
