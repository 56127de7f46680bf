using System.Runtime.CompilerServices;
using KernelHost.Manifests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace KernelHost.Loading;

/// <summary>A plugin in memory: what it contributes, and the one handle that takes it down.</summary>
internal sealed partial class LoadedPlugin : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ILogger _logger;
    private Parts? _parts;

    public LoadedPlugin(Parts parts, ILogger logger) => (_parts, _logger) = (parts, logger);

    public required string Directory { get; init; }

    public required PluginManifest Manifest { get; init; }

    public required string ContentHash { get; init; }

    public required IReadOnlyList<LoadedTool> Tools { get; init; }

    public required IReadOnlyList<LoadedRetriever> Retrievers { get; init; }

    public required IReadOnlyList<PromptContribution> Prompts { get; init; }

    /// <summary>
    /// Waits for calls that are running, disposes the plugin's container, unloads the context and empties the caches that would keep it.
    /// Calls that come later fail with a <see cref="PluginException"/>.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for running calls; the plugin then stays loaded but closed, and this may be called again.</param>
    /// <returns>The proof: whether the context is really gone is known after garbage collections.</returns>
    public async Task<PluginUnload> UnloadAsync(CancellationToken cancellationToken)
    {
        var reference = await TakeDownAsync(cancellationToken);
        ReflectionCaches.Clear(_logger);

        // The caller may be the continuation of a call into the plugin, run on top of that call's frames, which still refer to it.
        // On a fresh stack, what the caller does next sees the context go.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return new PluginUnload(Manifest.Id, Manifest.Version, reference);
    }

    /// <summary>
    /// As <see cref="UnloadAsync"/>, without the cost of emptying caches: for a host that ends anyway. Waits for running calls, but not for
    /// one that hangs: the process takes it along.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await TakeDownAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            StillRunning(_logger, Manifest.Id);
        }
    }

    private async Task<WeakReference> TakeDownAsync(CancellationToken cancellationToken)
    {
        if (_parts is null)
        {
            return new WeakReference(null);
        }

        await _parts.Lifetime.CloseAsync(cancellationToken);
        if (Interlocked.Exchange(ref _parts, null) is not { } parts)
        {
            return new WeakReference(null);
        }

        foreach (var tool in Tools)
        {
            tool.Function.Release();
            tool.OutcomeCheck?.Release();
            tool.Compensation?.Release();
        }

        foreach (var retriever in Retrievers)
        {
            retriever.Implementation?.Release();
        }

        using (parts.Context.Enter())
        {
            await DisposeAsync(parts.Services);
            await DisposeAsync(parts.EntryPoint);
        }

        return Unload(parts);
    }

    // Neither this frame nor an async state machine may keep the context in a local while the caller waits for it to go.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Unload(Parts parts)
    {
        var reference = new WeakReference(parts.Context.LoadContext, trackResurrection: true);
        parts.Context.Dispose();
        return reference;
    }

    private async Task DisposeAsync(object? part)
    {
        try
        {
            if (part is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync();
            }
            else if (part is IDisposable synchronous)
            {
                synchronous.Dispose();
            }
        }
        catch (Exception exception)
        {
            DisposeFailed(_logger, Manifest.Id, ExceptionText.Full(exception));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Plugin '{PluginId}' failed while it was disposed: {Details}")]
    private static partial void DisposeFailed(ILogger logger, string pluginId, string details);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Plugin '{PluginId}' has a call that does not end; it stays loaded until the process ends.")]
    private static partial void StillRunning(ILogger logger, string pluginId);

    /// <summary>What must be let go of to unload.</summary>
    internal sealed record Parts(PluginContext Context, PluginLifetime Lifetime, ServiceProvider Services, Plugin? EntryPoint);
}

/// <summary>A tool of a loaded plugin.</summary>
internal sealed record LoadedTool(ToolManifest Manifest, PluginFunction Function, PluginFunction? OutcomeCheck, PluginFunction? Compensation)
{
    public string SchemaHash { get; } = ToolIdentity.SchemaHash(Manifest);
}

/// <summary>A retriever of a loaded plugin: either an implementation or a pattern of documents.</summary>
internal sealed record LoadedRetriever(string Name, string Description, string? Documents, PluginRetriever? Implementation);
