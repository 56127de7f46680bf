using System.Collections.Concurrent;
using KernelHost.Models.Http;
using KernelHost.Models.Offline;
using KernelHost.Models.Providers;
using KernelHost.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace KernelHost.Models;

/// <summary>
/// The chat models of the configuration. A model costs nothing until it is first asked for. Thread-safe; owns the clients it hands out.
/// </summary>
public sealed class ModelCatalog : IDisposable
{
    private readonly Dictionary<string, ModelOptions> _options;
    private readonly ConcurrentDictionary<string, Lazy<ChatModel>> _models = new(StringComparer.OrdinalIgnoreCase);
    private readonly Func<string, string?> _environment;
    private readonly Func<IChatClient> _offline;
    private readonly Lazy<ModelHttp> _http;
    private volatile bool _disposed;

    /// <summary>Creates the catalog; nothing is connected yet.</summary>
    /// <param name="options">The models by name, as <see cref="ModelConfiguration.Read"/> gives them. The name <c>default</c> is added,
    /// as the offline model, when it is missing.</param>
    /// <param name="loggerFactory">Where repeated requests are logged.</param>
    /// <param name="timeProvider">The clock of time-outs and delays; the system's when <see langword="null"/>.</param>
    /// <param name="offline">Creates the offline client; <see cref="OfflineChatClient"/> when <see langword="null"/>.</param>
    public ModelCatalog(
        IReadOnlyDictionary<string, ModelOptions> options, ILoggerFactory loggerFactory, TimeProvider? timeProvider = null, Func<IChatClient>? offline = null)
        : this(options, offline, Environment.GetEnvironmentVariable, () => new ModelHttp(loggerFactory, timeProvider ?? TimeProvider.System))
    {
        ArgumentNullException.ThrowIfNull(loggerFactory);
    }

    internal ModelCatalog(
        IReadOnlyDictionary<string, ModelOptions> options, Func<IChatClient>? offline, Func<string, string?> environment, Func<ModelHttp> http)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = new Dictionary<string, ModelOptions>(options, StringComparer.OrdinalIgnoreCase);
        _options.TryAdd(ModelConfiguration.DefaultName, new ModelOptions());
        _offline = offline ?? (() => new OfflineChatClient());
        _environment = environment;
        _http = new Lazy<ModelHttp>(http);
    }

    /// <summary>What is configured, in the order of names; <c>default</c> is always there.</summary>
    public IReadOnlyList<ModelInfo> Models =>
        [.. _options.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => Describe(pair.Key, pair.Value))];

    /// <summary>The model of that name, created on first use.</summary>
    /// <param name="name">A name in the configuration, compared without regard to case.</param>
    /// <exception cref="ArgumentException">No model has that name; the message says which do.</exception>
    /// <exception cref="InvalidOperationException">The model's options are not valid; the message lists every fault.</exception>
    public ChatModel Get(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var options = Find(ref name);
        return _models.GetOrAdd(name, key => new Lazy<ChatModel>(() => Create(key, options))).Value;
    }

    /// <summary>Tries to reach a model with one cheap request that changes nothing and is not repeated.</summary>
    /// <param name="name">A name in the configuration.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <returns>What was tried and what came of it. A model that cannot be reached is a result, not an exception.</returns>
    /// <exception cref="ArgumentException">No model has that name.</exception>
    public async Task<ModelHealth> CheckAsync(string name, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var options = Find(ref name);
        if (options.Provider == ModelProviders.Offline)
        {
            return new ModelHealth(name, options.Provider, OfflineChatClient.ModelId, true,
                $"Built in, nothing to reach. No language model is configured: set {ModelConfiguration.KeyOf(name)}:Provider and :Model to use one.");
        }

        try
        {
            var target = Target(name, options);
            using var http = _http.Value.CreateOnce(target);
            return await new ModelCheck(name, target, http, () => Get(name).Client).RunAsync(_http.Value.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ModelException or InvalidOperationException)
        {
            return new ModelHealth(name, options.Provider, options.Model ?? "", false, exception.Message);
        }
    }

    /// <summary>Closes every client and connection. Answers under way fail.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (var model in _models.Values.Where(model => model.IsValueCreated))
        {
            model.Value.Client.Dispose();
        }

        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }
    }

    private static ModelInfo Describe(string name, ModelOptions options) => options.Provider == ModelProviders.Offline
        ? new ModelInfo(name, options.Provider, OfflineChatClient.ModelId, null) { Price = ModelPrice.From(options) }
        : new ModelInfo(name, options.Provider, options.Model ?? "", options.Endpoint ?? (ModelProviders.Chat.Contains(options.Provider) ? ModelProviders.DefaultEndpoint(options.Provider) : null))
        {
            Price = ModelPrice.From(options),
        };

    // The name comes back in the spelling of the configuration, so that journals hold one spelling only.
    private ModelOptions Find(ref string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        foreach (var (known, options) in _options)
        {
            if (string.Equals(known, name, StringComparison.OrdinalIgnoreCase))
            {
                name = known;
                return options;
            }
        }

        var names = string.Join(", ", _options.Keys.Order(StringComparer.Ordinal).Select(configured => $"'{configured}'"));
        throw new ArgumentException(
            $"There is no model '{name}'. Configure {ModelConfiguration.KeyOf(name)} or use one of {names}.{NearestName.Hint(name, _options.Keys)}");
    }

    private ModelTarget Target(string name, ModelOptions options)
    {
        // Options that came through ModelConfiguration are valid already; those built in code are checked here.
        var errors = new List<string>();
        ModelConfiguration.Validate(name, options, _environment, errors);
        return errors.Count == 0 ? ModelTarget.For(name, options, _environment) : throw new InvalidOperationException(string.Join(' ', errors));
    }

    private ChatModel Create(string name, ModelOptions options)
    {
        if (options.Provider == ModelProviders.Offline)
        {
            return new ChatModel(name, options.Provider, OfflineChatClient.ModelId, _offline())
            {
                Price = ModelPrice.From(options),
                MaxOutputTokens = options.MaxOutputTokens,
                ContextTokens = options.ContextTokens,
                CompactAtPercent = options.CompactAtPercent,
            };
        }

        var target = Target(name, options);
        var http = _http.Value.Create(target);
        var inner = target.Provider switch
        {
            ModelProviders.OpenAI => OpenAIProvider.CreateChat(target, http),
            ModelProviders.Anthropic => AnthropicProvider.CreateChat(target, http),
            _ => OllamaProvider.CreateChat(target, http),
        };
        return new ChatModel(name, target.Provider, target.ModelId,
            new GuardedChatClient(inner, new ModelFailures(target), options.MaxOutputTokens, options.Temperature, http))
        {
            Price = ModelPrice.From(options),
            MaxOutputTokens = options.MaxOutputTokens,
            ContextTokens = options.ContextTokens,
            CompactAtPercent = options.CompactAtPercent,
        };
    }
}
