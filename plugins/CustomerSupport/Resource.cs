namespace KernelHost.Plugins.CustomerSupport;

/// <summary>Text files that are compiled into the assembly.</summary>
internal static class Resource
{
    public static string ReadText(string name)
    {
        using var stream = typeof(Resource).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly holds no resource '{name}'. Add it to CustomerSupport.csproj.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The rows of a table: one line each, cells between <c>|</c>. Empty lines and lines that start with <c>#</c> are skipped.</summary>
    public static IEnumerable<string[]> ReadTable(string name) =>
        ReadText(name)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries));
}
