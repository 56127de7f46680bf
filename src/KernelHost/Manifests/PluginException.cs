namespace KernelHost.Manifests;

/// <summary>A plugin cannot be loaded or used. It never holds a type or an exception of the plugin: that would keep the plugin from unloading.</summary>
public class PluginException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="pluginId">The plugin's id, or its directory when the id is unknown.</param>
    /// <param name="problems">What is wrong, at least one.</param>
    public PluginException(string pluginId, IReadOnlyList<PluginProblem> problems)
        : base(Describe(pluginId, problems))
    {
        PluginId = pluginId;
        Problems = problems;
    }

    /// <summary>Creates the exception for one failure that has no place in a file.</summary>
    /// <param name="pluginId">The plugin's id.</param>
    /// <param name="message">What happened and what to do.</param>
    protected PluginException(string pluginId, string message)
        : base(message)
    {
        PluginId = pluginId;
        Problems = [];
    }

    /// <summary>The plugin's id, or its directory when the id is unknown.</summary>
    public string PluginId { get; }

    /// <summary>Everything that was found, in the order of the file.</summary>
    public IReadOnlyList<PluginProblem> Problems { get; }

    private static string Describe(string pluginId, IReadOnlyList<PluginProblem> problems) =>
        problems.Count == 1
            ? problems[0].ToString()
            : $"Plugin '{pluginId}' cannot be loaded, {problems.Count} problems:{string.Concat(problems.Select(problem => $"\n  {problem}"))}";
}
