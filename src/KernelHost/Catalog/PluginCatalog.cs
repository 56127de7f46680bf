using KernelHost.Loading;
using KernelHost.Manifests;
using Microsoft.Extensions.Logging;
using Microsoft.SemanticKernel;

namespace KernelHost.Catalog;

/// <summary>All installed plugins and what they contribute. Immutable after loading and safe for concurrent use; it owns the plugins.</summary>
public sealed partial class PluginCatalog : IAsyncDisposable
{
    private readonly IReadOnlyList<LoadedPlugin> _loaded;

    private PluginCatalog(IReadOnlyList<CatalogEntry> plugins, IReadOnlyList<LoadedPlugin> loaded)
    {
        _loaded = loaded;
        Plugins = plugins;
        Tools = [.. loaded.SelectMany(Register)];
        Retrievers = [.. loaded.SelectMany(RetrieversOf)];
        Prompts = [.. loaded.SelectMany(plugin => plugin.Prompts.Select(prompt => new CatalogPrompt
        {
            PluginId = plugin.Manifest.Id,
            Name = prompt.Name,
            Description = prompt.Description,
            Template = prompt.Template,
        }))];
    }

    /// <summary>Every plugin that was found, in the order of discovery, the failed ones too.</summary>
    public IReadOnlyList<CatalogEntry> Plugins { get; }

    /// <summary>The tools of all loaded plugins.</summary>
    public IReadOnlyList<Tool> Tools { get; }

    /// <summary>The retrievers of all loaded plugins.</summary>
    public IReadOnlyList<CatalogRetriever> Retrievers { get; }

    /// <summary>The prompt templates of all loaded plugins.</summary>
    public IReadOnlyList<CatalogPrompt> Prompts { get; }

    /// <summary>
    /// Holds every plugin's functions as a kernel plugin of the same name, with <c>_</c> for <c>-</c>. It has no services and no logger
    /// factory: Semantic Kernel logs arguments and results at trace level.
    /// </summary>
    public Kernel Kernel { get; } = new();

    /// <summary>Finds and loads plugins, several at once. A plugin that cannot be loaded is an entry with an error and stops nobody.</summary>
    /// <param name="options">Where plugins are and what they are given.</param>
    /// <param name="loggerFactory">The log of host and plugins.</param>
    /// <param name="cancellationToken">Stops loading; what was loaded by then is unloaded.</param>
    /// <exception cref="OperationCanceledException">Loading was cancelled.</exception>
    public static async Task<PluginCatalog> LoadAsync(CatalogOptions options, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggerFactory);
        var logger = loggerFactory.CreateLogger<PluginCatalog>();
        var settings = new LoadSettings
        {
            LoggerFactory = loggerFactory,
            DataDirectory = Path.Combine(Path.GetFullPath(options.DataDirectory), "plugins"),
            Configuration = options.PluginConfiguration,
        };
        var candidates = Candidates(PluginDiscovery.Find(options.PluginDirectories));
        var results = await Task.WhenAll(candidates.Select(candidate => Task.Run(() => LoadOneAsync(candidate, settings, logger, cancellationToken), CancellationToken.None)));
        var loaded = results.Select(result => result.Plugin).OfType<LoadedPlugin>().ToList();
        if (cancellationToken.IsCancellationRequested)
        {
            foreach (var plugin in loaded)
            {
                await plugin.DisposeAsync();
            }

            cancellationToken.ThrowIfCancellationRequested();
        }

        return new PluginCatalog([.. results.Select(result => result.Entry)], loaded);
    }

    /// <summary>Disposes and unloads all plugins; waits for calls that are running.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var plugin in _loaded)
        {
            await plugin.DisposeAsync();
        }
    }

    /// <summary>Takes one plugin down and proves it.</summary>
    internal async Task<PluginUnload?> UnloadAsync(string pluginId, CancellationToken cancellationToken) =>
        _loaded.FirstOrDefault(plugin => plugin.Manifest.Id == pluginId) is { } plugin ? await plugin.UnloadAsync(cancellationToken) : null;

    private static List<Candidate> Candidates(IReadOnlyList<string> directories)
    {
        var candidates = new List<Candidate>();
        var first = new Dictionary<string, Candidate>(StringComparer.Ordinal);
        foreach (var directory in directories)
        {
            var reading = ManifestReader.ReadDirectory(directory);
            var candidate = new Candidate(directory, reading.Id ?? Path.GetFileName(directory), reading.Manifest, reading.Problems);
            if (reading.Manifest is { } manifest && !first.TryAdd(manifest.Id, candidate))
            {
                var other = first[manifest.Id];
                candidate = candidate with
                {
                    Problems =
                    [
                        new PluginProblem(ProblemCodes.DuplicateId,
                            $"Two plugins have the id '{manifest.Id}': version '{other.Manifest!.Version}' in '{other.Directory}' and version '{manifest.Version}' in '{directory}'. The first is used; remove one of the two."),
                    ],
                };
            }

            candidates.Add(candidate);
        }

        return candidates;
    }

    private static async Task<(CatalogEntry Entry, LoadedPlugin? Plugin)> LoadOneAsync(
        Candidate candidate, LoadSettings settings, ILogger logger, CancellationToken cancellationToken)
    {
        PluginException error;
        try
        {
            if (candidate.Problems.Count > 0 || cancellationToken.IsCancellationRequested)
            {
                throw new PluginException(candidate.Id, candidate.Problems);
            }

            var plugin = await new PluginLoading(candidate.Directory, candidate.Manifest!, settings).RunAsync();
            return (new CatalogEntry
            {
                Id = candidate.Id,
                State = PluginState.Loaded,
                Directory = candidate.Directory,
                Manifest = candidate.Manifest,
                ContentHash = plugin.ContentHash,
            }, plugin);
        }
        catch (PluginException exception)
        {
            error = exception;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            error = new PluginException(candidate.Id,
                [new PluginProblem(ProblemCodes.LoadFailed, $"The files of plugin '{candidate.Id}' in '{candidate.Directory}' cannot be read: {exception.Message}")]);
        }

        PluginFailed(logger, candidate.Id, candidate.Directory, error.Message);
        return (new CatalogEntry
        {
            Id = candidate.Id,
            State = PluginState.Failed,
            Directory = candidate.Directory,
            Manifest = candidate.Manifest,
            Error = error,
        }, null);
    }

    private IEnumerable<Tool> Register(LoadedPlugin plugin)
    {
        var id = plugin.Manifest.Id;
        var functions = plugin.Tools.Count == 0 ? null
            : Kernel.Plugins.AddFromFunctions(id.Replace('-', '_'), plugin.Manifest.Description, plugin.Tools.Select(tool => tool.Function.Function));
        return plugin.Tools.Select(tool => new Tool
        {
            PluginId = id,
            PluginVersion = plugin.Manifest.Version,
            ContentHash = plugin.ContentHash,
            Name = tool.Manifest.Name,
            ModelName = ModelName.ForTool(id, tool.Manifest.Name),
            Description = tool.Manifest.Description,
            Parameters = tool.Manifest.Parameters,
            SchemaHash = tool.SchemaHash,
            Effect = tool.Manifest.Effect,
            Egress = tool.Manifest.Egress,
            UsesModel = plugin.Manifest.Permissions.Models,
            Roles = tool.Manifest.Roles,
            ResultIntegrity = tool.Manifest.ResultIntegrity,
            OutcomeCheck = tool.OutcomeCheck?.Function,
            Compensation = tool.Compensation?.Function,
            Timeout = tool.Manifest.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            Function = functions![tool.Manifest.Name],
        });
    }

    private static IEnumerable<CatalogRetriever> RetrieversOf(LoadedPlugin plugin) => plugin.Retrievers.Select(retriever => new CatalogRetriever
    {
        PluginId = plugin.Manifest.Id,
        PluginVersion = plugin.Manifest.Version,
        ContentHash = plugin.ContentHash,
        Name = retriever.Name,
        ModelName = ModelName.ForRetriever(plugin.Manifest.Id, retriever.Name),
        Description = retriever.Description,
        PluginDirectory = plugin.Directory,
        DocumentPattern = retriever.Documents,
        Implementation = retriever.Implementation,
    });

    [LoggerMessage(Level = LogLevel.Error, Message = "Plugin '{PluginId}' in '{Directory}' was not loaded: {Reason}")]
    private static partial void PluginFailed(ILogger logger, string pluginId, string directory, string reason);

    private sealed record Candidate(string Directory, string Id, PluginManifest? Manifest, IReadOnlyList<PluginProblem> Problems);
}
