using System.Runtime.Loader;
using KernelHost.Manifests;
using Microsoft.Extensions.Logging;

namespace KernelHost.Loading;

/// <summary>The way into a plugin's code and the way out for its exceptions, for tools and retrievers alike.</summary>
internal sealed partial class PluginBoundary(string pluginId, PluginLifetime lifetime, ILogger logger)
{
    /// <summary>Enters the plugin. Every return is paired with one <see cref="Exit"/>.</summary>
    /// <exception cref="PluginException">The plugin was unloaded.</exception>
    public T Enter<T>(string name, T? target)
        where T : class
    {
        if (target is null || !lifetime.TryEnter())
        {
            throw new PluginException(pluginId,
            [
                new PluginProblem(ProblemCodes.LoadFailed, $"'{name}' cannot be called because plugin '{pluginId}' was unloaded. Take the name from the current catalog."),
            ]);
        }

        return target;
    }

    public AssemblyLoadContext.ContextualReflectionScope ContextualReflection() => lifetime.Context.Enter();

    public void Exit() => lifetime.Exit();

    /// <summary>
    /// An exception that may leave: of a host type, without the original, because both its type and its stack trace would keep the
    /// plugin loaded and its text may hold secrets. The original is logged here, once, as text.
    /// </summary>
    public Exception Translate(Exception exception, string name, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case OperationCanceledException when cancellationToken.IsCancellationRequested:
                return new OperationCanceledException($"The call of '{name}' was cancelled.", cancellationToken);
            case ToolException { InnerException: null } refused:
                return new ToolException(refused.Message) { IsTransient = refused.IsTransient };
            case ToolException refused:
                if (logger.IsEnabled(LogLevel.Information))
                {
                    var cause = ExceptionText.Full(exception);
                    Refused(logger, name, pluginId, cause);
                }

                return new ToolException(refused.Message) { IsTransient = refused.IsTransient };
            default:
                var details = ExceptionText.Full(exception);
                Failed(logger, name, pluginId, details);
                return new ToolFailedException(pluginId, name, details, TransientFault.Is(exception));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "'{Name}' of plugin '{PluginId}' failed: {Details}")]
    private static partial void Failed(ILogger logger, string name, string pluginId, string details);

    [LoggerMessage(Level = LogLevel.Information, Message = "'{Name}' of plugin '{PluginId}' refused a call: {Details}")]
    private static partial void Refused(ILogger logger, string name, string pluginId, string details);
}
