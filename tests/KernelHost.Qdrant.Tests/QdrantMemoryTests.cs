using KernelHost.Hosting;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Qdrant.Tests;

/// <summary>A host's configuration makes the store, or says what is wrong with it, and never tells the key.</summary>
public sealed class QdrantMemoryTests
{
    private const string Key = "s3cret-key";

    [Fact]
    public void Create_OfAnotherStore_IsNotOurs()
    {
        Assert.Null(QdrantMemory.Create(new MemoryOptions { Path = "memory.db" }));
        Assert.Null(QdrantMemory.Create(new MemoryOptions { Store = "elsewhere", Path = "memory.db", Settings = Settings(("Nonsense", "x")) }));
    }

    [Fact]
    public void Create_WithoutSettings_TakesTheDefaults()
    {
        using var store = QdrantMemory.Create(new MemoryOptions { Store = "qdrant", Path = "memory.db" });
        Assert.Equal("the Qdrant server at http://localhost:6334", store!.Description);
        using var other = Create();
        Assert.Equal(store.Description, other.Description);
    }

    [Fact]
    public void Create_BindsEverySetting()
    {
        using var store = Create(
            ("endpoint", "https://qdrant.example:6334"), ("ApiKey", Key), ("Prefix", "acme-"), ("ConnectTimeout", "00:00:02"), ("Timeout", "00:01:30"), ("Retries", "1"),
            ("RetryDelay", "00:00:00.050"), ("BatchSize", "17"), ("Exact", "true"), ("SearchBreadth", "200"), ("ReadConsistency", "Quorum"), ("WriteOrdering", "strong"),
            ("Layout:Quantization", "Scalar"), ("Layout:Oversampling", "2.5"), ("Layout:GraphEdges", "32"), ("Layout:FieldsOnDisk", "false"));

        var options = store.Options;
        Assert.Equal(new Uri("https://qdrant.example:6334"), options.Endpoint);
        Assert.Equal((Key, "acme-", TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(90), 1), (options.ApiKey, options.Prefix, options.ConnectTimeout, options.Timeout, options.Retries));
        Assert.Equal((TimeSpan.FromMilliseconds(50), 17, true, 200), (options.RetryDelay, options.BatchSize, options.Exact, options.SearchBreadth));
        Assert.Equal((QdrantReadConsistency.Quorum, QdrantWriteOrdering.Strong), (options.ReadConsistency, options.WriteOrdering));
        Assert.Equal((QdrantQuantization.Scalar, 2.5, 32, false), (options.Layout.Quantization, options.Layout.Oversampling, options.Layout.GraphEdges, options.Layout.FieldsOnDisk));
        Assert.Equal(TimeSpan.FromSeconds(30), options.MaxRetryDelay);
    }

    [Theory]
    [InlineData("Endpont", "http://localhost:6334", "KernelHost:Memory:Qdrant:Endpont is no setting of the store 'qdrant'. Remove it or use one of Endpoint, ApiKey,")]
    [InlineData("Layout:Shard", "2", "KernelHost:Memory:Qdrant:Layout:Shard is no setting of the store 'qdrant'. Remove it or use one of GraphEdges,")]
    [InlineData("BatchSize", "many", "at 'KernelHost:Memory:Qdrant:BatchSize'")]
    [InlineData("BatchSize", Key, "at 'KernelHost:Memory:Qdrant:BatchSize'")]
    [InlineData("BatchSize", "x' at '" + Key, "at 'KernelHost:Memory:Qdrant:BatchSize'")]
    [InlineData("Timeout", "soon", "at 'KernelHost:Memory:Qdrant:Timeout'")]
    [InlineData("Timeout", "90", "KernelHost:Memory:Qdrant:Timeout is 90.00:00:00. Set it from 00:00:00.0010000 to 01:00:00.")]
    [InlineData("Exact", "sometimes", "at 'KernelHost:Memory:Qdrant:Exact'")]
    [InlineData("ReadConsistency", "Few", "at 'KernelHost:Memory:Qdrant:ReadConsistency'")]
    [InlineData("ReadConsistency", "9", "KernelHost:Memory:Qdrant:ReadConsistency is unknown")]
    [InlineData("Layout:Shards", "two", "at 'KernelHost:Memory:Qdrant:Layout:Shards'")]
    [InlineData("Layout:Shards", "0", "KernelHost:Memory:Qdrant:Layout:Shards is 0. Set it from 1 to 10000.")]
    [InlineData("Layout", "large", "KernelHost:Memory:Qdrant:Layout is one value, but it has settings of its own.")]
    [InlineData("Endpoint", "qdrant.example", "KernelHost:Memory:Qdrant:Endpoint is no address")]
    [InlineData("Endpoint", "http://", "KernelHost:Memory:Qdrant:Endpoint")]
    [InlineData("Endpoint", "http://user:" + Key + "@server:6334", "KernelHost:Memory:Qdrant:Endpoint has more than scheme, host and port")]
    [InlineData("Endpoint", "http://qdrant.example:6334", "KernelHost:Memory:Qdrant:ApiKey would be sent unencrypted to 'qdrant.example'")]
    [InlineData("ApiKey", Key + " " + Key, "KernelHost:Memory:Qdrant:ApiKey is empty or has a blank")]
    [InlineData("ApiKey", "", "KernelHost:Memory:Qdrant:ApiKey is empty or has a blank")]
    [InlineData("", Key, "KernelHost:Memory:Qdrant is one value, but it has settings of its own.")]
    public void Create_WithASettingThatCannotWork_NamesItAndNotTheKey(string name, string value, string message)
    {
        var failure = Assert.Throws<ConfigurationException>(() => Create(("ApiKey", Key), (name, value)));

        Assert.Contains(message, Assert.Single(failure.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain(Key, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Create_WithSeveralUnknownSettings_NamesThemAll() => Assert.Equal(
        ["KernelHost:Memory:Qdrant:Hose", "KernelHost:Memory:Qdrant:Layout:Shard"],
        Assert.Throws<ConfigurationException>(() => Create(("Hose", "x"), ("Layout:Shard", "2"))).Errors.Select(static error => error.Split(' ')[0]));

    [Fact]
    public void Create_WithAFileThatHoldsNoCertificate_SaysSo()
    {
        var file = Path.GetTempFileName();
        try
        {
            foreach (var text in new[] { "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" })
            {
                File.WriteAllText(file, text);
                var failure = Assert.Throws<ConfigurationException>(() => Create(("Endpoint", "https://localhost:6334"), ("TrustedCertificateFile", file)));
                Assert.Contains($"KernelHost:Memory:Qdrant:TrustedCertificateFile names '{file}', which holds no certificate", failure.Message, StringComparison.Ordinal);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static QdrantRecordStore Create(params (string Name, string Value)[] settings) =>
        Assert.IsType<QdrantRecordStore>(QdrantMemory.Create(new MemoryOptions { Store = "qdrant", Path = "memory.db", Settings = Settings(settings) }));

    private static IConfigurationSection Settings(params (string Name, string Value)[] settings)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in settings)
        {
            values[$"KernelHost:Memory:Qdrant:{name}".TrimEnd(':')] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("KernelHost:Memory:Qdrant");
    }
}
