using Microsoft.Extensions.FileSystemGlobbing.Abstractions;

namespace KernelHost.Memory.Ingestion;

/// <summary>A directory as the glob matcher walks it: linked directories are left out, unreadable ones are reported.</summary>
internal sealed class ContainedDirectory(DirectoryScan scan, DirectoryInfo directory, ContainedDirectory? parent) : DirectoryInfoBase
{
    public override string Name => directory.Name;

    public override string FullName => directory.FullName;

    public override DirectoryInfoBase? ParentDirectory => parent;

    public override IEnumerable<FileSystemInfoBase> EnumerateFileSystemInfos()
    {
        foreach (var entry in List())
        {
            if (entry is not DirectoryInfo child)
            {
                yield return new FileInfoWrapper((FileInfo)entry);
            }
            else if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
            {
                // A linked directory may lead out, or in circles; a linked file inside is checked by its target instead.
                scan.SkipDirectory(entry.FullName, "It is a symbolic link to a directory.", isUnknown: false);
            }
            else
            {
                yield return new ContainedDirectory(scan, child, this);
            }
        }
    }

    public override DirectoryInfoBase GetDirectory(string path) =>
        new ContainedDirectory(scan, new DirectoryInfo(Path.Combine(directory.FullName, path)), this);

    public override FileInfoBase GetFile(string path) => new FileInfoWrapper(new FileInfo(Path.Combine(directory.FullName, path)));

    private FileSystemInfo[] List()
    {
        try
        {
            var entries = directory.GetFileSystemInfos();
            return scan.IncludeHidden ? entries : [.. entries.Where(static entry => !entry.Name.StartsWith('.'))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            scan.SkipDirectory(directory.FullName, $"It cannot be listed: {exception.Message}", isUnknown: true);
            return [];
        }
    }
}
