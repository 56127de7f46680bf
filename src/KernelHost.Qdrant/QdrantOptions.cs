namespace KernelHost.Qdrant;

/// <summary>Where Qdrant is and how it is used. Checked when the store is created; the message names the property and the cure.</summary>
public sealed class QdrantOptions
{
    /// <summary>The address of the gRPC port; <c>https</c> for TLS.</summary>
    /// <value><c>http://localhost:6334</c></value>
    public Uri Endpoint { get; set; } = new("http://localhost:6334");

    /// <summary>The key that the server asks for; <see langword="null"/> when it asks for none. Appears in no log and no error.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Whether the key may be sent without TLS to another machine, where whoever sees the traffic can read it.</summary>
    /// <value><see langword="false"/></value>
    public bool AllowUnencryptedApiKey { get; set; }

    /// <summary>A PEM file with the certificates of your own authority, which then is the only one trusted; <see langword="null"/> for those of the machine.</summary>
    public string? TrustedCertificateFile { get; set; }

    /// <summary>What all names of collections of this store begin with on the server, so that several hosts can share one. Letters, digits, <c>-</c> and <c>_</c>.</summary>
    /// <value><c>kernelhost-</c></value>
    public string Prefix { get; set; } = "kernelhost-";

    /// <summary>How long to wait for a connection.</summary>
    /// <value>5 seconds</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one request may take, each repetition anew.</summary>
    /// <value>60 seconds</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a request is repeated that the server could not take, had no time for, or put off. From 0 to 20.</summary>
    /// <value>4</value>
    public int Retries { get; set; } = 4;

    /// <summary>The wait before the first repetition. It doubles each time, half of it by chance; when the server names a longer wait, that counts.</summary>
    /// <value>200 milliseconds</value>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait before a repetition. When the server asks for a longer one, the request fails and says so.</summary>
    /// <value>30 seconds</value>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many records one write carries at most. From 1 to 10,000.</summary>
    /// <value>256</value>
    public int BatchSize { get; set; } = 256;

    /// <summary>How many bytes of records one write carries at most, about; a larger record goes alone. At least 64 KiB.</summary>
    /// <value>8 MiB</value>
    public int BatchBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>How many records one page of a scroll brings. From 1 to 10,000.</summary>
    /// <value>256</value>
    public int PageSize { get; set; } = 256;

    /// <summary>The largest answer that is accepted, in bytes. At least 1 MiB.</summary>
    /// <value>64 MiB</value>
    public int MaxReceiveMessageSize { get; set; } = 64 * 1024 * 1024;

    /// <summary>Whether vectors are compared one by one rather than through the graph: exact and slower.</summary>
    /// <value><see langword="false"/></value>
    public bool Exact { get; set; }

    /// <summary>How far the graph is searched (<c>hnsw_ef</c>); <see langword="null"/> for the server's own choice.</summary>
    public int? SearchBreadth { get; set; }

    /// <summary>Whether a search by words counts the words of all tenants when the server cannot count those of one (before 1.19). Tenants then learn of each other's words from scores.</summary>
    /// <value><see langword="false"/>: such a search is refused.</value>
    public bool AllowSharedWordStatistics { get; set; }

    /// <summary>How new collections are laid out.</summary>
    public QdrantLayout Layout { get; set; } = new();

    /// <summary>Of how many replicas a read takes the answer.</summary>
    /// <value><see cref="QdrantReadConsistency.Majority"/>, which costs nothing where there is one replica.</value>
    public QdrantReadConsistency ReadConsistency { get; set; } = QdrantReadConsistency.Majority;

    /// <summary>How writes of records are ordered among replicas. What decides which change is seen is always ordered strongly.</summary>
    /// <value><see cref="QdrantWriteOrdering.Medium"/></value>
    public QdrantWriteOrdering WriteOrdering { get; set; } = QdrantWriteOrdering.Medium;
}
