using KernelHost.Models;
using KernelHost.Models.Http;
using KernelHost.Tests.Models.Peers;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace KernelHost.Tests.Models;

/// <summary>Embeddings and reachability against aimock.</summary>
[Collection(AimockGroup.Name)]
public sealed class AimockOtherTests(AimockPeer peer)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    // aimock answers /api/embed in the form of Ollama's older /api/embeddings, so Ollama's vectors are tested with the scripted peer.
    [Fact]
    public async Task Embeddings_come_back_for_each_text()
    {
        var options = new EmbeddingOptions
        {
            Provider = ModelProviders.OpenAI,
            Model = "peer-embedding",
            Endpoint = new Uri(peer.Address, "/v1"),
            ApiKey = TestModels.Key,
        };
        var model = EmbeddingModels.Build(options, null, _ => null, () => new ModelHttp(NullLoggerFactory.Instance, new SkippingTimeProvider()), TimeProvider.System);
        using var generator = model.Generator;

        Assert.Equal(("openai/peer-embedding", false), (model.ModelId, model.IsLexical));
        var one = await generator.GenerateAsync(["a small cat"], cancellationToken: Stop);
        Assert.Equal([0.25f, -0.5f, 1f], one.Single().Vector.ToArray());
        var other = await generator.GenerateAsync(["a large dog"], cancellationToken: Stop);
        Assert.Equal([1f, 0.5f, -0.25f], other.Single().Vector.ToArray());
    }

    [Theory]
    [InlineData("openai", "gpt-4o")]
    [InlineData("ollama", "gpt-4o")]
    public async Task CheckAsync_finds_the_model_in_the_list(string provider, string model)
    {
        var options = TestModels.Options(provider, peer.Address);
        options.Model = model;
        using var catalog = TestModels.Catalog(options, TimeProvider.System);
        var expected = new ModelHealth("default", provider, model, true, $"Listed the models at '{options.Endpoint}' and found '{model}'.");
        Assert.Equal(expected, await catalog.CheckAsync("default", Stop));
    }

    [Theory]
    [InlineData("openai", "Change KernelHost:Models:default:Model. Did you mean 'gpt-4o'?")]
    [InlineData("ollama", "Run 'ollama pull gpt-4oo' or change KernelHost:Models:default:Model. Did you mean 'gpt-4o'?")]
    public async Task CheckAsync_names_the_nearest_model_when_it_is_not_listed(string provider, string cure)
    {
        var options = TestModels.Options(provider, peer.Address);
        options.Model = "gpt-4oo";
        using var catalog = TestModels.Catalog(options, TimeProvider.System);
        var health = await catalog.CheckAsync("default", Stop);
        Assert.False(health.Healthy);
        Assert.Equal($"'{options.Endpoint}' answered but does not list 'gpt-4oo'. {cure}", health.Detail);
    }

    // aimock has no route for a single model, as some gateways have none.
    [Fact]
    public async Task CheckAsync_asks_for_a_short_answer_where_the_route_is_missing()
    {
        var options = TestModels.Options(ModelProviders.Anthropic, peer.Address);
        using var catalog = TestModels.Catalog(options, TimeProvider.System);
        var health = await catalog.CheckAsync("default", Stop);
        Assert.Equal((true, $"Asked '{peer.Address}' for a short answer and got one of 1 tokens."), (health.Healthy, health.Detail));
        Assert.Equal(16, Assert.Single(await peer.SentAsync("Reply with OK.")).GetProperty("max_tokens").GetInt32());
    }
}
