using KernelHost.Hosting;
using KernelHost.Memory.Retrieval;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Tests.Hosting;

public sealed class PrincipalConfigurationTests
{
    [Fact]
    public void Read_Principals_WithTheirTenantAndGroups()
    {
        var principals = Read(("Principals:alice:Tenant", "acme"), ("Principals:alice:Groups:0", "staff"), ("Principals:x:Name", "CORP\\Bob: the builder")).Principals;

        var alice = principals.Find("alice");
        Assert.Equal(("alice", "acme"), (alice.Name, alice.Tenant));
        Assert.Equal(["staff"], alice.Groups);
        Assert.Null(principals.Find("CORP\\Bob: the builder").Tenant);
        Assert.Equal(2, principals.All.Count);
    }

    [Theory]
    [InlineData("Alice")]
    [InlineData("nobody")]
    public void Find_AnotherName_HasNeitherTenantNorGroups(string name)
    {
        var found = Read(("Principals:alice:Tenant", "acme"), ("Principals:alice:Groups:0", "staff")).Principals.Find(name);

        Assert.Null(found.Tenant);
        Assert.Empty(found.Groups);
    }

    [Fact]
    public void Find_TheNameOfAGroup_IsRefused() =>
        Assert.Contains("the name of a group", Assert.Throws<ArgumentException>(() => Read(("Principals:alice:Groups:0", "staff")).Principals.Find("staff")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Principals:alice:Tennant", "acme", "Did you mean 'Tenant'?")]
    [InlineData("Principals:alice:Groups", "staff", "must be a list")]
    [InlineData("Principals", "alice", "must be an object")]
    [InlineData("Principals:staff:Groups:0", "staff", "as a principal and as a group")]
    [InlineData("Retrieval:Depht", "5", "Did you mean 'Depth'?")]
    [InlineData("Retrieval:Depth", "0", "Use a whole number from 1 to 1000.")]
    [InlineData("Retrieval:MarginalRelevance", "2", "Use a number from 0 to 1.")]
    [InlineData("Retrieval:KeywordWeight", "much", "Use a number such as '0.5'.")]
    [InlineData("Retrieval:MaxPassages", "0", "Use a whole number from 1 to 100.")]
    [InlineData("Retrieval:Timeout", "soon", "Use a time from '1s' to '1d'")]
    [InlineData("Retrieval:Rerank", "true", "Use 'model', the agent's, 'onnx', the cross-encoder, or 'none'.")]
    [InlineData("Retrieval:Rerank", "1", "Use 'model'")]
    [InlineData("Retrieval:Rerank", "onnx", "Set KernelHost:Retrieval:CrossEncoder:Model")]
    [InlineData("Retrieval:Retrievers:a/b:Rerank", "onnx", "Set KernelHost:Retrieval:CrossEncoder:Model")]
    [InlineData("Retrieval:Retrievers:a/b:CrossEncoder:Model", "x", "CrossEncoder is no setting")]
    [InlineData("Retrieval:CrossEncoder", "x", "is a single value")]
    [InlineData("Retrieval:CrossEncoder:MaxTokens", "512", "KernelHost:Retrieval:CrossEncoder:Model is missing.")]
    [InlineData("Retrieval:CrossEncoder:MaxTokens", "15", "Use a whole number from 16 to 32768")]
    [InlineData("Retrieval:CrossEncoder:Model", "/nowhere/model.onnx", "KernelHost:Retrieval:CrossEncoder:Model is '/nowhere/model.onnx', which does not exist. Set it")]
    [InlineData("Retrieval:CrossEncoder:Vocabulary", "/nowhere/vocab.txt", "Vocabulary is '/nowhere/vocab.txt', which does not exist.")]
    [InlineData("Retrieval:CrossEncoder:Modle", "x", "Did you mean 'Model'?")]
    [InlineData("Retrieval:Retrievers:manuals:Depth", "5", "names no retriever")]
    public void Read_WrongSetting_NamesItAndTheCure(string key, string value, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigurationException>(() => Read((key, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_TheHostsPrincipalIsNamedLikeAGroup_IsRefused() => Assert.Contains(
        "KernelHost:Principal is 'staff', the name of a group", Assert.Throws<ConfigurationException>(() => Read(("Principal", "staff"), ("Principals:alice:Groups:0", "staff"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_TwoEntriesOfOnePrincipal_AreRefused() =>
        Assert.Contains("second entry of 'Alice'", Assert.Throws<ConfigurationException>(() => Read(("Principals:alice:Tenant", "a"), ("Principals:x:Name", "Alice"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_SettingsOfARetriever_StandOnTheGeneralOnes()
    {
        var retrieval = Read(
            ("Retrieval:K", "20"), ("Retrieval:MaxPassages", "7"), ("Retrieval:Retrievers:a/b:VectorWeight", "0.5"), ("Retrieval:Retrievers:a/b:Collections:0", "handbook")).Retrieval;

        Assert.Equal((20, 1f), (retrieval.For("x/y").Search.K, retrieval.For("x/y").Search.VectorWeight));
        var own = retrieval.For("a/b");
        Assert.Equal((20, 0.5f, 7), (own.Search.K, own.Search.VectorWeight, own.MaxPassages));
        Assert.Equal(["handbook"], own.Collections);
        Assert.Null(own.Timeout);
    }

    [Fact]
    public void Read_CrossEncoder_IsOffUntilARetrieverAsksForIt()
    {
        var file = typeof(PrincipalConfigurationTests).Assembly.Location;
        var retrieval = Read(("Retrieval:CrossEncoder:Model", file), ("Retrieval:CrossEncoder:Cased", "true"), ("Retrieval:Retrievers:a/b:Rerank", "ONNX")).Retrieval;

        Assert.Equal(new CrossEncoderOptions { Model = file, IsCased = true }, retrieval.CrossEncoder);
        Assert.Equal((RerankerKind.None, RerankerKind.Onnx), (retrieval.Default.Rerank, retrieval.For("a/b").Rerank));
        Assert.Null(Read().Retrieval.CrossEncoder);
    }

    private static KernelHostOptions Read(params (string Key, string Value)[] settings) => HostConfiguration.Read(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create<string, string?>($"KernelHost:{setting.Key}", setting.Value)))
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>("KernelHost:DataDirectory", "data")])
            .Build(),
        AppContext.BaseDirectory);
}
