namespace KernelHost.Text;

/// <summary>
/// Names of contributions as people write them in files: <c>plugin/name</c>, <c>plugin/*</c> for all of a plugin, or <c>*</c> for
/// everything. Compared by ordinal; nothing else is a wildcard.
/// </summary>
public static class NamePattern
{
    /// <summary>Whether <paramref name="qualifiedName"/>, for example <c>customer-support/get_order</c>, is meant by <paramref name="pattern"/>.</summary>
    public static bool IsMatch(string pattern, string qualifiedName) =>
        pattern == "*"
        || (pattern.EndsWith("/*", StringComparison.Ordinal)
            ? qualifiedName.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal)
            : pattern == qualifiedName);

    /// <summary>Why <paramref name="pattern"/> means none of <paramref name="qualifiedNames"/>, with the nearest one; <see langword="null"/> when it means some.</summary>
    internal static string? Explain(string kind, string pattern, IReadOnlyCollection<string> qualifiedNames)
    {
        if (qualifiedNames.Any(name => IsMatch(pattern, name)))
        {
            return null;
        }

        var shown = VisibleText.Escape(pattern);
        if (pattern == "*")
        {
            return $"'*' means every {kind}, but there is none.";
        }

        var slash = pattern.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            var complete = qualifiedNames.FirstOrDefault(name => name.EndsWith($"/{pattern}", StringComparison.Ordinal));
            return $"'{shown}' is not a {kind}. Write it as 'plugin/name'{(complete is null ? "" : $", here '{complete}'")}.{NearestName.Hint(pattern, qualifiedNames)}";
        }

        var plugin = pattern[..slash];
        var plugins = qualifiedNames.Select(name => name[..name.IndexOf('/', StringComparison.Ordinal)]).Distinct().ToList();
        return plugins.Contains(plugin)
            ? $"Plugin '{plugin}' has no {kind} '{shown[(slash + 1)..]}'.{NearestName.Hint(pattern, qualifiedNames.Where(name => name.StartsWith($"{plugin}/", StringComparison.Ordinal)))}"
            : $"No plugin '{VisibleText.Escape(plugin)}' offers a {kind}.{NearestName.Hint(plugin, plugins)}";
    }
}
