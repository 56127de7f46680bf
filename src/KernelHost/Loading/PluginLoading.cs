using System.Text.Json;
using KernelHost.Manifests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace KernelHost.Loading;

/// <summary>Loads one plugin, or says why not and leaves nothing behind.</summary>
internal sealed partial class PluginLoading(string directory, PluginManifest manifest, LoadSettings settings)
{
    private readonly JsonSerializerOptions _options = PluginJson.CreateOptions();
    private readonly ILogger _logger = settings.LoggerFactory.CreateLogger($"KernelHost.Plugins.{manifest.Id}");
    private string _step = "loading the assembly";

    /// <summary>Runs the plugin's constructors and <see cref="Plugin.Configure"/>. Safe to run for several plugins at once.</summary>
    /// <exception cref="PluginException">All that is wrong, at the first stage that finds something.</exception>
    public async Task<LoadedPlugin> RunAsync()
    {
        var found = PluginChecks.Run(directory, manifest);
        if (found.Any(problem => !problem.IsWarning))
        {
            throw new PluginException(manifest.Id, [.. found.Where(problem => !problem.IsWarning)]);
        }

        // Reading every file takes about as long as loading the assembly, and the two do not wait for each other.
        var hash = Task.Run(() => ContentHash.Compute(directory));
        var context = PluginContext.Create(Path.Combine(directory, manifest.EntryAssembly));
        IReadOnlyList<PluginProblem> problems;
        ServiceProvider? services = null;
        try
        {
            using (context.Enter())
            {
                var contributions = Contributions.Find(
                    context.LoadEntry(), (id, version) => settings.Environment(id, version, directory), _options, step => _step = step);
                problems = ManifestComparison.Compare(manifest, contributions.Manifest, Path.Combine(directory, ManifestReader.FileName));
                if (problems.Count == 0)
                {
                    services = BuildServices(contributions);
                    return Activate(contributions, services, context, await hash);
                }
            }
        }
        catch (PluginException exception)
        {
            problems = exception.Problems;
        }
        catch (Exception exception)
        {
            LoadFailed(_logger, manifest.Id, ExceptionText.Full(exception));
            problems = [LoadFailure.Describe(manifest.Id, exception, _step)];
        }

        await TakeDownAsync(services, context);
        throw new PluginException(manifest.Id, problems);
    }

    private ServiceProvider BuildServices(Contributions contributions)
    {
        _step = "building its services";
        var environment = settings.Environment(manifest.Id, manifest.Version, directory);
        Directory.CreateDirectory(environment.DataDirectory);
        var services = contributions.Services;
        services.AddSingleton(environment);
        services.AddSingleton<ILoggerFactory>(new PluginLoggerFactory(settings.LoggerFactory));
        services.TryAdd(ServiceDescriptor.Singleton(typeof(ILogger<>), typeof(Logger<>)));
        foreach (var type in contributions.Tools.Where(tool => !tool.Method.IsStatic).Select(tool => tool.DeclaredBy)
            .Concat(contributions.Retrievers.Select(retriever => retriever.RetrieverType).OfType<Type>()).Distinct())
        {
            services.TryAddSingleton(type);
        }

        return services.BuildServiceProvider();
    }

    private LoadedPlugin Activate(Contributions contributions, ServiceProvider services, PluginContext context, string contentHash)
    {
        var lifetime = new PluginLifetime(context);
        var boundary = new PluginBoundary(manifest.Id, lifetime, _logger);
        var declared = manifest.Tools.ToDictionary(tool => tool.Name, StringComparer.Ordinal);
        var tools = contributions.Tools.Select(tool =>
        {
            _step = $"creating '{tool.DeclaredBy.FullName}'";
            return new LoadedTool(
                declared[tool.Manifest.Name],
                Function(tool)!,
                Function(tool.OutcomeCheck),
                Function(tool.Compensation));
        }).ToList();
        PluginFunction? Function(ToolMethod? method) =>
            method is null ? null : new PluginFunction(method.Manifest, new ToolBinding(method, services, _options), boundary);

        var retrievers = contributions.Retrievers.Select(retriever =>
        {
            _step = $"creating '{retriever.RetrieverType?.FullName}'";
            return new LoadedRetriever(
                retriever.Name, retriever.Description, retriever.Documents,
                retriever.RetrieverType is null ? null : new PluginRetriever(retriever.Name, (Retriever)services.GetRequiredService(retriever.RetrieverType), boundary));
        }).ToList();
        return new LoadedPlugin(new LoadedPlugin.Parts(context, lifetime, services, contributions.EntryPoint), _logger)
        {
            Directory = directory,
            Manifest = manifest,
            ContentHash = contentHash,
            Tools = tools,
            Retrievers = retrievers,
            Prompts = contributions.Prompts,
        };
    }

    private async Task TakeDownAsync(ServiceProvider? services, PluginContext context)
    {
        try
        {
            if (services is not null)
            {
                await services.DisposeAsync();
            }
        }
        catch (Exception exception)
        {
            LoadFailed(_logger, manifest.Id, ExceptionText.Full(exception));
        }

        context.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Plugin '{PluginId}' failed to load: {Details}")]
    private static partial void LoadFailed(ILogger logger, string pluginId, string details);
}
