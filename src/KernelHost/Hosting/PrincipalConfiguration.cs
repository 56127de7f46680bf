using KernelHost.Policy;
using KernelHost.Text;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Hosting;

/// <summary>Reads <c>KernelHost:Principals</c>: the tenant and the groups of those on whose behalf agents work.</summary>
internal static class PrincipalConfiguration
{
    private static readonly string[] Settings = ["Name", "Tenant", "Groups"];

    public static Principals Read(IConfigurationSection section, List<string> errors)
    {
        List<Principal> known = [];
        foreach (var child in section.GetChildren())
        {
            errors.AddRange(child.GetChildren()
                .Where(setting => !Settings.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
                .Select(setting => $"{setting.Path} is no setting. Remove it or use one of {string.Join(", ", Settings)}.{NearestName.Hint(setting.Key, Settings)}"));

            // A key cannot hold every name, and environment variables write keys in capitals.
            var name = child["Name"] is { Length: > 0 } given ? given.Trim() : child.Key;
            if (known.Exists(other => string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase)))
            {
                errors.Add($"{child.Path} is a second entry of '{VisibleText.Escape(name)}'. Keep one with all groups.");
                continue;
            }

            known.Add(new Principal(name, child["Tenant"]?.Trim() is { Length: > 0 } tenant ? tenant : null, ReadGroups(child.GetSection("Groups"), errors)));
        }

        // Somebody meant to say what a principal may see: to take that for nobody in particular would hide what was to be shown.
        if (known.Count == 0 && section.Value is { Length: > 0 })
        {
            errors.Add($"{section.Path} is '{VisibleText.Escape(section.Value)}', but must be an object: a name each, with {{ \"Tenant\": ..., \"Groups\": [...] }}.");
        }

        var groups = known.SelectMany(static one => one.Groups).ToHashSet(StringComparer.Ordinal);
        var both = known.Where(one => groups.Contains(one.Name)).ToList();
        errors.AddRange(both.Select(one => $"{section.Path} has '{VisibleText.Escape(one.Name)}' as a principal and as a group. Whoever bore the name would see what the group sees: rename one."));
        return both.Count == 0 ? new Principals(known) : Principals.None;
    }

    private static List<string> ReadGroups(IConfigurationSection section, List<string> errors)
    {
        if (section.Value is { Length: > 0 } text)
        {
            errors.Add($"{section.Path} is '{VisibleText.Escape(text)}', but must be a list.");
        }

        return [.. section.GetChildren().Select(static group => group.Value?.Trim()).OfType<string>().Where(static group => group.Length > 0).Distinct(StringComparer.Ordinal)];
    }
}
