namespace KernelHost.Memory;

/// <summary>Which files belong to a collection, and what is known of them.</summary>
/// <param name="Collection">The name of the collection; it is created when it does not exist.</param>
/// <param name="Directory">The directory that the patterns and all document paths are relative to.</param>
/// <param name="Patterns">Globs such as <c>articles/**/*.md</c>. They must not leave the directory.</param>
public sealed record IngestRequest(string Collection, string Directory, params IReadOnlyList<string> Patterns)
{
    /// <summary>The size above which a file is skipped, in bytes.</summary>
    /// <value>10 MiB</value>
    public long MaxFileBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Whether a collection of another embedding model is embedded anew. Otherwise it is refused.</summary>
    /// <value><see langword="false"/></value>
    public bool Reembed { get; init; }

    /// <summary>The tenant whose documents these are, in a collection that tenants share. Documents of others stay as they are.</summary>
    /// <value><see langword="null"/>: the collection is not shared.</value>
    public string? Tenant { get; init; }

    /// <summary>The principals and groups that may see the documents.</summary>
    /// <value>Empty: everybody who may search the collection.</value>
    public IReadOnlyList<string> Readers { get; init; } = [];

    /// <summary>How far the text may be trusted to hold no instructions of an attacker.</summary>
    /// <value><see cref="Integrity.Untrusted"/></value>
    public Integrity Integrity { get; init; } = Integrity.Untrusted;

    /// <summary>Who brings the documents: <c>plugin@version</c>, or <c>host</c>.</summary>
    /// <value><c>host</c></value>
    public string Ingester { get; init; } = "host";

    /// <summary>Whether files and directories whose name begins with a dot belong to it.</summary>
    /// <value><see langword="true"/></value>
    public bool IncludeHidden { get; init; } = true;

    /// <summary>Whether documents that came from another directory may be removed because this one does not have them. Otherwise that is refused.</summary>
    /// <value><see langword="true"/></value>
    public bool MayReplace { get; init; } = true;

    /// <summary>Whether to tell only what would be done.</summary>
    /// <value><see langword="false"/></value>
    public bool IsDryRun { get; init; }
}
