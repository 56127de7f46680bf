using KernelHost.Models;
using KernelHost.Tests.Models.Peers;
using Microsoft.Extensions.Logging.Abstractions;

namespace KernelHost.Tests.Models;

/// <summary>Reachability where aimock gives no reason to complain: refusals, servers without a list, and nothing there at all.</summary>
public sealed class ModelCheckTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_offline_model_is_healthy_and_says_how_to_configure_another()
    {
        using var catalog = new ModelCatalog(new Dictionary<string, ModelOptions>(), NullLoggerFactory.Instance);
        var health = await catalog.CheckAsync("default", Stop);
        Assert.True(health.Healthy);
        Assert.Equal("Built in, nothing to reach. No language model is configured: set KernelHost:Models:default:Provider and :Model to use one.", health.Detail);
    }

    [Theory]
    [InlineData("openai", "GET /v1/models ", $"Authorization: Bearer {TestModels.Key}")]
    [InlineData("anthropic", "GET /v1/models/peer-model ", TestModels.Key)]
    [InlineData("ollama", "GET /api/tags ", $"Authorization: Bearer {TestModels.Key}")]
    public async Task A_refused_key_is_a_result_and_is_not_repeated(string provider, string line, string header)
    {
        await using var peer = new ScriptedPeer(Reply.Json(401, "{}"));
        using var catalog = TestModels.Catalog(TestModels.Options(provider, peer.Address), TimeProvider.System);
        var health = await catalog.CheckAsync("default", Stop);
        Assert.False(health.Healthy);
        Assert.Contains("refused the API key (401).", health.Detail, StringComparison.Ordinal);
        var request = Assert.Single(peer.Requests);
        Assert.StartsWith(line, request, StringComparison.Ordinal);
        Assert.Contains(header, request, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_server_without_a_list_is_asked_for_a_short_answer()
    {
        await using var peer = new ScriptedPeer(
            Reply.Json(404, "{}"),
            Reply.Json(200, """{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"OK"},"finish_reason":"stop"}],"usage":{"prompt_tokens":4,"completion_tokens":1,"total_tokens":5}}"""));
        using var catalog = TestModels.Catalog(TestModels.Options("openai", peer.Address), TimeProvider.System);
        var health = await catalog.CheckAsync("default", Stop);
        Assert.True(health.Healthy);
        Assert.Equal($"Asked '{peer.Address}v1' for a short answer and got one of 1 tokens.", health.Detail);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("ollama")]
    public async Task A_server_that_does_not_answer_is_not_waited_for_longer_than_a_person_would(string provider)
    {
        await using var peer = new ScriptedPeer(Reply.Silence);

        // On this clock a quarter of a minute passes at once.
        using var catalog = TestModels.Catalog(TestModels.Options(provider, peer.Address));
        var health = await catalog.CheckAsync("default", Stop);
        Assert.False(health.Healthy);
        Assert.Contains("did not answer in time. Check KernelHost:Models:default:Endpoint and the network.", health.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anthropic_is_asked_for_the_model_itself()
    {
        await using var peer = new ScriptedPeer(Reply.Json(200, """{"id":"peer-model","type":"model","display_name":"Peer","created_at":"2026-01-01T00:00:00Z"}"""));
        using var catalog = TestModels.Catalog(TestModels.Options("anthropic", peer.Address), TimeProvider.System);
        var health = await catalog.CheckAsync("default", Stop);
        Assert.True(health.Healthy, health.Detail);
        Assert.Equal($"Asked '{peer.Address}' for the model 'peer-model' and found it.", health.Detail);
    }

    [Fact]
    public async Task Something_that_is_no_API_is_recognised()
    {
        await using var peer = new ScriptedPeer(Reply.Stream("text/html", "<html>Welcome</html>"));
        using var catalog = TestModels.Catalog(TestModels.Options("openai", peer.Address), TimeProvider.System);
        var health = await catalog.CheckAsync("default", Stop);
        Assert.False(health.Healthy);
        Assert.Contains("did not answer as an API does. Check KernelHost:Models:default:Endpoint", health.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_there_is_a_result()
    {
        Uri address;
        await using (var peer = new ScriptedPeer(Reply.Nothing))
        {
            address = peer.Address;
        }

        using var catalog = TestModels.Catalog(TestModels.Options("ollama", address), TimeProvider.System);
        var health = await catalog.CheckAsync("default", Stop);
        Assert.False(health.Healthy);
        Assert.Contains("Start Ollama ('ollama serve')", health.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalid_options_are_a_result()
    {
        using var catalog = TestModels.Catalog(new ModelOptions { Provider = "openai" });
        var health = await catalog.CheckAsync("default", Stop);
        Assert.False(health.Healthy);
        Assert.Contains("KernelHost:Models:default:Model is missing.", health.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callers_cancellation_is_no_result()
    {
        await using var peer = new ScriptedPeer(Reply.Silence);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        using var catalog = TestModels.Catalog(TestModels.Options("ollama", peer.Address), TimeProvider.System);
        var check = catalog.CheckAsync("default", stop.Token);
        await peer.Asked.Task.WaitAsync(Stop);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
    }
}
