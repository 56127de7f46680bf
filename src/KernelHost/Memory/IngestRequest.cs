namespace KernelHost.Memory;

/// <summary>Which files belong to a collection.</summary>
/// <param name="Collection">The name of the collection; it is created when it does not exist.</param>
/// <param name="Directory">The directory that the pattern and all document paths are relative to.</param>
/// <param name="Pattern">A glob such as <c>articles/**/*.md</c>. It must not leave the directory.</param>
public sealed record IngestRequest(string Collection, string Directory, string Pattern)
{
    /// <summary>The size above which a file is skipped, in bytes.</summary>
    /// <value>10 MiB</value>
    public long MaxFileBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Whether a collection of another embedding model is embedded anew. Otherwise it is refused.</summary>
    /// <value><see langword="false"/></value>
    public bool Reembed { get; init; }
}
