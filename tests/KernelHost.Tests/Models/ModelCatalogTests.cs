using KernelHost.Models;
using KernelHost.Models.Http;
using KernelHost.Models.Offline;
using KernelHost.Tests.Models.Peers;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace KernelHost.Tests.Models;

public sealed class ModelCatalogTests
{
    [Fact]
    public void The_default_model_is_offline_when_nothing_is_configured()
    {
        using var catalog = new ModelCatalog(new Dictionary<string, ModelOptions>(), NullLoggerFactory.Instance);
        var model = catalog.Get("default");
        Assert.IsType<OfflineChatClient>(model.Client);
        Assert.Equal(("default", "offline", OfflineChatClient.ModelId), (model.Name, model.Provider, model.ModelId));
        Assert.Equal([new ModelInfo("default", "offline", OfflineChatClient.ModelId, null) { Price = ModelPrice.Free }], catalog.Models);
    }

    [Fact]
    public void The_embedding_model_is_offline_and_lexical_when_nothing_is_configured()
    {
        var model = EmbeddingModels.Create(new EmbeddingOptions(), NullLoggerFactory.Instance);
        using var generator = Assert.IsType<HashingEmbeddingGenerator>(model.Generator);
        Assert.Equal(("kh-hash-char-v1", 1024, true), (model.ModelId, model.Dimensions, model.IsLexical));
    }

    [Fact]
    public void Models_are_created_once_and_only_when_asked_for()
    {
        var created = 0;
        using var catalog = new ModelCatalog(new Dictionary<string, ModelOptions>(), NullLoggerFactory.Instance, offline: () =>
        {
            created++;
            return new SilentClient();
        });
        Assert.Single(catalog.Models);
        Assert.Equal(0, created);
        Assert.Same(catalog.Get("Default"), catalog.Get("default"));
        Assert.Equal("default", catalog.Get("DEFAULT").Name);
        Assert.Equal(1, created);
    }

    [Fact]
    public void Models_are_listed_without_their_keys()
    {
        using var catalog = TestModels.Catalog(new ModelOptions { Provider = "openai", Model = "m", ApiKey = TestModels.Key });
        var model = Assert.Single(catalog.Models);
        Assert.Equal(new ModelInfo("default", "openai", "m", new Uri("https://api.openai.com/v1")), model);
        Assert.DoesNotContain(TestModels.Key, model.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(TestModels.Key, catalog.Get("default").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        var options = new Dictionary<string, ModelOptions> { ["writer"] = new() };
        using var catalog = new ModelCatalog(options, NullLoggerFactory.Instance, offline: () => new SilentClient());
        var error = Assert.Throws<ArgumentException>(() => catalog.Get("wirter"));
        Assert.Equal("There is no model 'wirter'. Configure KernelHost:Models:wirter or use one of 'default', 'writer'. Did you mean 'writer'?", error.Message);
    }

    [Fact]
    public void Options_built_in_code_are_checked_too()
    {
        using var unknown = TestModels.Catalog(new ModelOptions { Provider = "opnai", Model = "m" });
        Assert.Equal([new ModelInfo("default", "opnai", "m", null)], unknown.Models);
        Assert.Throws<InvalidOperationException>(() => unknown.Get("default"));

        using var catalog = TestModels.Catalog(new ModelOptions { Provider = "openai", TimeoutSeconds = -1 });
        var error = Assert.Throws<InvalidOperationException>(() => catalog.Get("default"));
        Assert.Contains("KernelHost:Models:default:Model is missing.", error.Message, StringComparison.Ordinal);
        Assert.Contains("KernelHost:Models:default:ApiKey is missing.", error.Message, StringComparison.Ordinal);
        Assert.Contains("KernelHost:Models:default:TimeoutSeconds is '-1'.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_catalog_disposes_its_clients_and_gives_none()
    {
        var client = new SilentClient();
        var catalog = new ModelCatalog(new Dictionary<string, ModelOptions>(), NullLoggerFactory.Instance, offline: () => client);
        catalog.Get("default");
        catalog.Dispose();
        Assert.True(client.Disposed);
        Assert.Throws<ObjectDisposedException>(() => catalog.Get("default"));
    }

    [Fact]
    public async Task Two_models_share_connections_and_disposing_one_leaves_the_other_working()
    {
        await using var peer = new ScriptedPeer(Reply.Json(200, """{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"}]}"""));
        var options = new Dictionary<string, ModelOptions> { ["a"] = TestModels.Options("openai", peer.Address), ["b"] = TestModels.Options("openai", peer.Address) };
        using var catalog = new ModelCatalog(options, null, _ => null, () => new ModelHttp(NullLoggerFactory.Instance, new SkippingTimeProvider()));
        catalog.Get("a").Client.Dispose();
        Assert.Equal("Hello.", (await catalog.Get("b").Client.GetResponseAsync("Hello?", cancellationToken: TestContext.Current.CancellationToken)).Text);
    }

    [Fact]
    public async Task A_repetition_is_logged_without_prompt_and_key()
    {
        await using var peer = new ScriptedPeer(Reply.Json(500, """{"error":{"message":"the prompt was: top secret"}}"""), Reply.Nothing);
        var options = TestModels.Options("openai", peer.Address);
        options.MaxRetries = 1;
        using var log = new ListLogger();
        using var catalog = new ModelCatalog(
            new Dictionary<string, ModelOptions> { ["default"] = options }, null, _ => null, () => new ModelHttp(log, new SkippingTimeProvider()));
        await Assert.ThrowsAsync<ModelException>(
            () => catalog.Get("default").Client.GetResponseAsync("top secret", cancellationToken: TestContext.Current.CancellationToken));
        var line = Assert.Single(log.Lines);
        Assert.StartsWith("Model 'default' ('peer-model'): attempt 1 failed with 500; the next follows in ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    private sealed class SilentClient : IChatClient
    {
        public bool Disposed { get; private set; }

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, "")));

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => AsyncEnumerable.Empty<ChatResponseUpdate>();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() => Disposed = true;
    }

    private sealed class ListLogger : ILoggerFactory, ILogger
    {
        public List<string> Lines { get; } = [];

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
