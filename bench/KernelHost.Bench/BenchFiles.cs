namespace KernelHost.Bench;

/// <summary>Files of the repository that a benchmark works on.</summary>
internal static class BenchFiles
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

        throw new InvalidOperationException($"No KernelHost.sln above '{AppContext.BaseDirectory}'. Run the benchmark from a build inside the repository.");
    }
}
