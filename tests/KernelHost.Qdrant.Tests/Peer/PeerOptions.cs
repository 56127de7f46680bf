namespace KernelHost.Qdrant.Tests.Peer;

/// <summary>How a peer behaves.</summary>
internal sealed record PeerOptions
{
    /// <summary>The version it has, which decides what it knows.</summary>
    public (int Major, int Minor) Version { get; init; } = (1, 19);

    /// <summary>The key it asks for.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Whether filters on fields without an index are refused.</summary>
    public bool IsStrict { get; init; }

    /// <summary>The largest number of points in one upsert.</summary>
    public int? MostPointsPerUpsert { get; init; }

    /// <summary>A PEM file with certificate and key, for TLS.</summary>
    public string? CertificateFile { get; init; }
}
