using System.Reflection;
using KernelHost.Manifests;

namespace KernelHost.Loading;

/// <summary>Says in one problem why code of a plugin failed at load. The exception itself is not kept: it would keep the plugin loaded.</summary>
internal static class LoadFailure
{
    /// <param name="pluginId">Named in the message.</param>
    /// <param name="exception">What was thrown.</param>
    /// <param name="doing">For example <c>the constructor of 'WeatherPlugin'</c>; starts the message.</param>
    public static PluginProblem Describe(string pluginId, Exception exception, string doing)
    {
        var cause = exception;
        while (cause is TargetInvocationException or TypeInitializationException && cause.InnerException is { } inner)
        {
            cause = inner;
        }

        return cause switch
        {
            ReflectionTypeLoadException types => Types(pluginId, types),
            FileNotFoundException { FileName: { Length: > 0 } name } => new PluginProblem(ProblemCodes.MissingDependency,
                $"Plugin '{pluginId}' needs '{name}', which is not in its directory ({doing} asked for it). Copy the plugin's whole output directory."),
            BadImageFormatException { FileName: { Length: > 0 } name } => new PluginProblem(ProblemCodes.BadImage,
                $"'{name}' of plugin '{pluginId}' is not a .NET assembly for this machine. Build the plugin again and copy its output completely."),
            _ => new PluginProblem(ProblemCodes.LoadFailed,
                $"Plugin '{pluginId}' failed to load: {doing} threw {cause.GetType().Name}: {ExceptionText.Message(cause)}{At(cause)} Correct the plugin; the host goes on without it."),
        };
    }

    private static PluginProblem Types(string pluginId, ReflectionTypeLoadException exception)
    {
        var first = exception.LoaderExceptions.OfType<FileNotFoundException>().FirstOrDefault();
        return first is not null
            ? Describe(pluginId, first, "its types")
            : new PluginProblem(ProblemCodes.LoadFailed,
                $"Plugin '{pluginId}' has types that cannot be loaded: {exception.LoaderExceptions.FirstOrDefault()?.Message} It was probably built against another version of a shared assembly; build it again.");
    }

    // The author needs the place; the whole trace is in the log.
    private static string At(Exception cause)
    {
        var frame = Trace(cause)?.Split('\n').FirstOrDefault()?.Trim();
        return frame is null ? "" : $" ({frame}).";
    }

    // A StackTrace can be overridden as well.
    private static string? Trace(Exception cause)
    {
        try
        {
            return cause.StackTrace;
        }
#pragma warning disable CA1031 // The place is a help only.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
