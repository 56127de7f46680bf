using System.Net;
using System.Text;
using System.Text.Json;
using KernelHost.Models;
using KernelHost.Models.Http;
using KernelHost.Tests.Models.Peers;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;

namespace KernelHost.Tests.Models;

/// <summary>What each provider is sent and what is made of its bytes, where aimock does not speak as the provider does.</summary>
public sealed class ProviderWireTests
{
    private const string OpenAIAnswer = """{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"}]}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("https://contoso.openai.azure.com/openai/v1/", "https://contoso.openai.azure.com/openai/v1/chat/completions")]
    [InlineData("https://contoso.openai.azure.com/openai/v1", "https://contoso.openai.azure.com/openai/v1/chat/completions")]
    [InlineData("https://contoso.services.ai.azure.com/openai/v1/", "https://contoso.services.ai.azure.com/openai/v1/chat/completions")]
    public async Task Azure_gets_its_key_in_the_header_api_key_and_no_other(string endpoint, string expected)
    {
        using var seen = new Recorder(OpenAIAnswer);
        var options = new ModelOptions { Provider = "openai", Model = "my-deployment", Endpoint = new Uri(endpoint), ApiKey = TestModels.Key };
        using var catalog = TestModels.Catalog(options, connections: seen);
        await catalog.Get("default").Client.GetResponseAsync("Hello?", cancellationToken: Stop);

        Assert.Equal(expected, seen.Address);
        Assert.Equal(TestModels.Key, seen.Headers["api-key"]);
        Assert.DoesNotContain("Authorization", seen.Headers.Keys);
        Assert.Equal("my-deployment", seen.Body.GetProperty("model").GetString());
    }

    [Theory]
    [InlineData(null, "https://api.openai.com/v1/chat/completions")]
    [InlineData("http://127.0.0.1:8000/v1/", "http://127.0.0.1:8000/v1/chat/completions")]
    [InlineData("https://gateway.example/llm", "https://gateway.example/llm/chat/completions")]
    public async Task Everybody_else_gets_a_bearer_token_below_the_base_address(string? endpoint, string expected)
    {
        using var seen = new Recorder(OpenAIAnswer);
        var options = new ModelOptions { Provider = "openai", Model = "m", Endpoint = endpoint is null ? null : new Uri(endpoint), ApiKey = TestModels.Key };
        using var catalog = TestModels.Catalog(options, connections: seen);
        await catalog.Get("default").Client.GetResponseAsync("Hello?", cancellationToken: Stop);
        Assert.Equal((expected, $"Bearer {TestModels.Key}"), (seen.Address, seen.Headers["Authorization"]));
    }

    [Fact]
    public async Task Configured_defaults_fill_what_a_request_leaves_open_and_nothing_more()
    {
        using var seen = new Recorder(OpenAIAnswer);
        var options = new ModelOptions { Provider = "openai", Model = "m", ApiKey = TestModels.Key, MaxOutputTokens = 100, Temperature = 0.5f };
        using var catalog = TestModels.Catalog(options, connections: seen);
        var client = catalog.Get("default").Client;
        await client.GetResponseAsync("Hello?", cancellationToken: Stop);
        Assert.Equal((100, 0.5), (seen.Body.GetProperty("max_completion_tokens").GetInt32(), seen.Body.GetProperty("temperature").GetDouble()));

        var own = new ChatOptions { MaxOutputTokens = 7, Temperature = 0 };
        await client.GetResponseAsync("Hello?", own, Stop);
        Assert.Equal((7, 0.0), (seen.Body.GetProperty("max_completion_tokens").GetInt32(), seen.Body.GetProperty("temperature").GetDouble()));
        Assert.Equal((7, 0f), (own.MaxOutputTokens, own.Temperature));
    }

    [Fact]
    public async Task Anthropic_gets_a_limit_that_does_not_cut_ordinary_answers()
    {
        const string Answer = """{"id":"m1","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"Hello."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":5,"cache_read_input_tokens":10,"cache_creation_input_tokens":20,"output_tokens":2}}""";
        using var seen = new Recorder(Answer);
        using var catalog = TestModels.Catalog(new ModelOptions { Provider = "anthropic", Model = "m", ApiKey = TestModels.Key }, connections: seen);
        var response = await catalog.Get("default").Client.GetResponseAsync("Hello?", cancellationToken: Stop);

        Assert.Equal("https://api.anthropic.com/v1/messages", seen.Address);
        Assert.Equal(8192, seen.Body.GetProperty("max_tokens").GetInt32());
        Assert.Equal((35, 2), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
    }

    [Fact]
    public async Task Ollama_reports_its_usage()
    {
        const string Answer = """{"model":"m","created_at":"2026-11-02T08:00:00Z","message":{"role":"assistant","content":"Hello."},"done":true,"done_reason":"stop","prompt_eval_count":11,"eval_count":4}""";
        using var seen = new Recorder(Answer);
        using var catalog = TestModels.Catalog(new ModelOptions { Provider = "ollama", Model = "m" }, connections: seen);
        var response = await catalog.Get("default").Client.GetResponseAsync("Hello?", cancellationToken: Stop);
        Assert.Equal("http://localhost:11434/api/chat", seen.Address);
        Assert.DoesNotContain("Authorization", seen.Headers.Keys);
        Assert.Equal(("Hello.", 11, 4), (response.Text, response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
    }

    [Fact]
    public async Task Ollamas_embeddings_match_their_texts()
    {
        using var seen = new Recorder("""{"model":"m","embeddings":[[1,2],[3,4]]}""");
        using var generator = Embed(new EmbeddingOptions { Provider = "ollama", Model = "m" }, seen).Generator;
        var vectors = await generator.GenerateAsync(["one", "two"], cancellationToken: Stop);
        Assert.Equal("http://localhost:11434/api/embed", seen.Address);
        Assert.Equal(["1,2", "3,4"], vectors.Select(vector => string.Join(',', vector.Vector.ToArray())));
    }

    [Fact]
    public async Task Too_few_vectors_are_a_failure_and_never_stored_under_the_wrong_text()
    {
        using var seen = new Recorder("""{"model":"m","embeddings":[[1,2]]}""");
        using var generator = Embed(new EmbeddingOptions { Provider = "ollama", Model = "m" }, seen).Generator;
        var failure = await Assert.ThrowsAsync<ModelException>(() => generator.GenerateAsync(["one", "two"], cancellationToken: Stop));
        Assert.Equal("The embedding model (ollama 'm') gave 1 vectors for 2 texts. Check that KernelHost:Embeddings:Endpoint serves embeddings.", failure.Message);
    }

    [Fact]
    public async Task The_configured_length_is_asked_for_and_checked()
    {
        using var seen = new Recorder("""{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1,2,3]}],"model":"m","usage":{"prompt_tokens":1,"total_tokens":1}}""");
        using var generator = Embed(new EmbeddingOptions { Provider = "openai", Model = "m", ApiKey = TestModels.Key, Dimensions = 2 }, seen).Generator;
        var failure = await Assert.ThrowsAsync<ModelException>(() => generator.GenerateAsync(["one"], cancellationToken: Stop));
        Assert.Equal(2, seen.Body.GetProperty("dimensions").GetInt32());
        Assert.Contains("gave vectors of length 3. Set KernelHost:Embeddings:Dimensions, now '2', to that", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    public async Task Malformed_arguments_in_a_stream_never_become_a_call_with_arguments(string provider)
    {
        var reply = provider == "openai"
            ? Reply.Events(
                """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{\"city\": \"Pra"}}]},"finish_reason":null}]}""",
                """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""",
                "[DONE]")
            : Reply.Stream("text/event-stream",
                Event("message_start", """{"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","content":[],"model":"m","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}}"""),
                Event("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"call_1","name":"get_weather","input":{}}}"""),
                Event("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"city\": \"Pra"}}"""),
                Event("content_block_stop", """{"type":"content_block_stop","index":0}"""),
                Event("message_delta", """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":9}}"""),
                Event("message_stop", """{"type":"message_stop"}"""));
        await using var peer = new ScriptedPeer(reply);
        using var catalog = TestModels.Catalog(TestModels.Options(provider, peer.Address));
        var updates = await catalog.Get("default").Client.StreamAsync("Hello?", TestModels.Tools);
        var call = Assert.Single(updates.ToChatResponse().Calls());
        Assert.Equal("get_weather", call.Name);
        Assert.NotNull(call.Exception);
        Assert.Null(call.Arguments);
    }

    private static EmbeddingModel Embed(EmbeddingOptions options, HttpMessageHandler connections) =>
        EmbeddingModels.Build(options, null, _ => null, () => new ModelHttp(NullLoggerFactory.Instance, new SkippingTimeProvider(), connections), TimeProvider.System);

    private static string Event(string name, string data) => $"event: {name}\ndata: {data}\n\n";

    /// <summary>Answers every request with one JSON body and keeps what was last sent.</summary>
    private sealed class Recorder(string answer) : HttpMessageHandler
    {
        public string Address { get; private set; } = "";

        public Dictionary<string, string> Headers { get; private set; } = [];

        public JsonElement Body { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Address = request.RequestUri!.AbsoluteUri;
            Headers = request.Headers.ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
            Body = JsonElement.Parse(await request.Content!.ReadAsStringAsync(cancellationToken));
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer, Encoding.UTF8, "application/json") };
        }
    }
}
