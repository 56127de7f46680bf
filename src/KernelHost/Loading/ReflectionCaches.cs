using System.Reflection;
using System.Reflection.Metadata;
using Microsoft.Extensions.Logging;

namespace KernelHost.Loading;

/// <summary>
/// Static caches of the framework keep types, and so plugins, alive: those of System.Text.Json and TypeDescriptor above all. The framework
/// has code that empties them, for hot reload; it is called here after an unload. It costs the host some cache misses and nothing else.
/// </summary>
internal static partial class ReflectionCaches
{
    public static void Clear(ILogger logger)
    {
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            if (assembly.IsCollectible || assembly.GetName().Name is not { } name || !(name.StartsWith("System.", StringComparison.Ordinal)
                || name.StartsWith("Microsoft.", StringComparison.Ordinal)))
            {
                continue;
            }

            foreach (var attribute in assembly.GetCustomAttributes<MetadataUpdateHandlerAttribute>())
            {
                try
                {
                    attribute.HandlerType
                        .GetMethod("ClearCache", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic, [typeof(Type[])])
                        ?.Invoke(null, [null]);
                }
                catch (TargetInvocationException exception)
                {
                    ClearFailed(logger, exception.InnerException, attribute.HandlerType.FullName ?? name);
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cache of '{Handler}' could not be cleared; an unloaded plugin may stay in memory.")]
    private static partial void ClearFailed(ILogger logger, Exception? exception, string handler);
}
