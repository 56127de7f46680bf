namespace KernelHost.Tests;

/// <summary>Files of the repository that tests hold to what they promise: samples and docs.</summary>
internal static class RepositoryFiles
{
    /// <summary>The full path of a file or directory in the repository.</summary>
    public static string PathOf(string relative)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "KernelHost.sln")))
            {
                return Path.Combine(directory.FullName, relative);
            }
        }

        throw new InvalidOperationException($"No KernelHost.sln above '{AppContext.BaseDirectory}'. Run the tests from a build inside the repository.");
    }

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));
}
