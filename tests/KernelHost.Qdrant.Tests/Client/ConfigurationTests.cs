using KernelHost.Hosting;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Qdrant.Tests.Client;

/// <summary>A host makes the store from <c>KernelHost:Memory:Qdrant</c>; what is wrong there is named, without the values.</summary>
public sealed class ConfigurationTests
{
    [Fact]
    public void Create_OfTheConfiguredStore_TakesItsSettings()
    {
        using var store = QdrantMemory.Create(Memory(("Endpoint", "https://qdrant.example:6334"), ("Layout:Shards", "2"), ("Timeout", "00:00:10")));

        Assert.Equal("the Qdrant server at https://qdrant.example:6334", store?.Description);
        Assert.Null(QdrantMemory.Create(new MemoryOptions { Path = "memory.db" }));
    }

    [Theory]
    [InlineData("Endpont", "http://localhost:6334", "'Endpont'")]
    [InlineData("Retries", "s3cret", "The value at 'KernelHost:Memory:Qdrant:Retries'")]
    [InlineData("Retries", "a at 's3cret", "The value at 'KernelHost:Memory:Qdrant:Retries'")]
    [InlineData("Retries", "99", "QdrantOptions.Retries")]
    public void Create_WithASettingThatCannotWork_NamesItAndNotItsValue(string setting, string value, string named)
    {
        var failure = Assert.Throws<ConfigurationException>(() => QdrantMemory.Create(Memory((setting, value))));

        Assert.Contains(named, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    private static MemoryOptions Memory(params IEnumerable<(string Name, string Value)> settings) => new()
    {
        Store = QdrantMemory.Store,
        Path = "memory.db",
        Settings = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create($"KernelHost:Memory:Qdrant:{setting.Name}", (string?)setting.Value)))
            .Build()
            .GetSection("KernelHost:Memory:Qdrant"),
    };
}
