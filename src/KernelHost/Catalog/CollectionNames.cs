using System.Text.RegularExpressions;

namespace KernelHost.Catalog;

/// <summary>The names of collections that people fill. Those of plugins hold a <c>/</c>, so that the two never meet.</summary>
public static partial class CollectionNames
{
    /// <summary>What stands in the place of the plugin's id in the names of retrievers over collections: <c>memory/handbook</c>. No plugin may have it.</summary>
    public const string PluginId = "memory";

    /// <summary>Says what a name looks like, for messages.</summary>
    public const string Form = "lower-case letters, digits, hyphens and '_', starting with a letter or digit, at most 64 characters";

    /// <summary>Whether a collection may be called so.</summary>
    public static bool IsValid(string name) => name is { Length: > 0 and <= 64 } && Pattern().IsMatch(name);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_-]*\z")]
    private static partial Regex Pattern();
}
