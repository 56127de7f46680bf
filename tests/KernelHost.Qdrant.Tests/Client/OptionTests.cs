namespace KernelHost.Qdrant.Tests.Client;

/// <summary>Options that cannot work are refused when the store is created, by name and with the cure, and without the key.</summary>
public sealed class OptionTests
{
    [Theory]
    [InlineData("Endpoint", "ftp://server:21")]
    [InlineData("Endpoint", "http://user:secret@server:6334")]
    [InlineData("Endpoint", "http://server:6334/path")]
    [InlineData("ApiKey", "")]
    [InlineData("ApiKey", "two words")]
    [InlineData("Prefix", "a/b")]
    [InlineData("Timeout", "0")]
    [InlineData("Retries", "-1")]
    [InlineData("Retries", "21")]
    [InlineData("MaxRetryDelay", "0")]
    [InlineData("BatchSize", "0")]
    [InlineData("BatchBytes", "10")]
    [InlineData("PageSize", "0")]
    [InlineData("MaxReceiveMessageSize", "1")]
    [InlineData("SearchBreadth", "0")]
    [InlineData("ReadConsistency", "9")]
    [InlineData("WriteOrdering", "9")]
    [InlineData("TrustedCertificateFile", "/nowhere.pem")]
    public void Create_WithAnOptionThatCannotWork_NamesIt(string property, string value)
    {
        var options = new QdrantOptions { Endpoint = property == "TrustedCertificateFile" ? new Uri("https://server:6334") : new Uri("http://localhost:6334") };
        Set(options, property, value);

        var failure = Assert.Throws<ArgumentException>(() => new QdrantRecordStore(options));
        Assert.StartsWith($"QdrantOptions.{property} ", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GraphEdges", "0")]
    [InlineData("GraphBuildBreadth", "1")]
    [InlineData("Quantization", "9")]
    [InlineData("Oversampling", "2")]
    [InlineData("Shards", "0")]
    [InlineData("Replicas", "0")]
    [InlineData("WriteConsistency", "0")]
    public void Create_WithALayoutThatCannotWork_NamesIt(string property, string value)
    {
        var options = new QdrantOptions();
        Set(options.Layout, property, value);

        Assert.StartsWith($"QdrantOptions.Layout.{property} ", Assert.Throws<ArgumentException>(() => new QdrantRecordStore(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_WithAKeyInTheOpen_IsRefusedUnlessAllowed()
    {
        var options = new QdrantOptions { Endpoint = new Uri("http://qdrant.example:6334"), ApiKey = "s3cret" };
        var failure = Assert.Throws<ArgumentException>(() => new QdrantRecordStore(options));

        Assert.StartsWith("QdrantOptions.ApiKey would be sent unencrypted to 'qdrant.example'", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
        options.AllowUnencryptedApiKey = true;
        using var store = new QdrantRecordStore(options);
        Assert.Equal("the Qdrant server at http://qdrant.example:6334", store.Description);
    }

    private static void Set(object target, string name, string value)
    {
        var property = target.GetType().GetProperty(name)!;
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        property.SetValue(target, type == typeof(Uri) ? new Uri(value) : type == typeof(TimeSpan) ? TimeSpan.Parse(value, System.Globalization.CultureInfo.InvariantCulture)
            : type.IsEnum ? Enum.ToObject(type, int.Parse(value, System.Globalization.CultureInfo.InvariantCulture))
            : Convert.ChangeType(value, type, System.Globalization.CultureInfo.InvariantCulture));
    }
}
