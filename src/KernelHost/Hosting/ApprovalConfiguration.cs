using KernelHost.Policy;
using KernelHost.Text;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Hosting;

/// <summary>Reads <c>KernelHost:Approvers</c> and <c>KernelHost:Approvals</c>.</summary>
internal static class ApprovalConfiguration
{
    private static readonly string[] PersonSettings = ["Name", "Roles"];
    private static readonly string[] ApprovalSettings = ["ExpiresAfter", "Unattended"];
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    public static ApprovalSettings Read(IConfigurationSection host, List<string> errors)
    {
        var section = host.GetSection("Approvals");
        errors.AddRange(Unknown(section, ApprovalSettings));
        var standard = new ApprovalSettings();
        return standard with
        {
            Approvers = ReadPeople(host.GetSection("Approvers"), errors),
            ExpiresAfter = ReadTime(section, standard.ExpiresAfter, errors),
            Unattended = section["Unattended"] switch
            {
                null or "" or "park" or "Park" => Unattended.Park,
                "deny" or "Deny" => Unattended.Deny,
                var other => Wrong(errors, $"{section.Path}:Unattended is '{VisibleText.Escape(other)}'. Use 'park' or 'deny'."),
            },
        };
    }

    private static Approvers ReadPeople(IConfigurationSection section, List<string> errors)
    {
        List<Approver> people = [];
        foreach (var child in section.GetChildren())
        {
            errors.AddRange(Unknown(child, PersonSettings));
            var name = child["Name"]?.Trim();
            if (string.IsNullOrEmpty(name))
            {
                errors.Add($"{child.Path}:Name is not set. Name the person as the host names principals.");
            }
            else if (people.Exists(other => string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase)))
            {
                errors.Add($"{child.Path}:Name is '{VisibleText.Escape(name)}', who is in the list already. Keep one entry with all roles.");
            }
            else
            {
                people.Add(new Approver(name, [.. child.GetSection("Roles").GetChildren().Select(role => role.Value?.Trim()).OfType<string>().Where(role => role.Length > 0).Distinct()]));
            }
        }

        // Somebody meant to say who may approve: to take that for nobody in particular would open what was to be closed.
        if (people.Count == 0 && section.Value is { Length: > 0 })
        {
            errors.Add($"{section.Path} is '{VisibleText.Escape(section.Value)}', but must be a list of {{ \"Name\": ..., \"Roles\": [...] }}.");
        }

        return new Approvers(people);
    }

    private static TimeSpan? ReadTime(IConfigurationSection section, TimeSpan? standard, List<string> errors)
    {
        switch (section["ExpiresAfter"])
        {
            case null or "":
                return standard;
            case "never":
                return null;
            case var text when Duration.TryParse(text, out var time) && time >= Shortest && time <= Longest:
                return time;
            case var text:
                errors.Add($"{section.Path}:ExpiresAfter is '{VisibleText.Escape(text)}'. Use a time from '1s' to '365d' such as '2h' or '7d', or 'never'.");
                return standard;
        }
    }

    private static Unattended Wrong(List<string> errors, string error)
    {
        errors.Add(error);
        return Unattended.Deny;
    }

    private static IEnumerable<string> Unknown(IConfigurationSection section, string[] known) => section.GetChildren()
        .Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
        .Select(child => $"{child.Path} is no setting. Remove it or use one of {string.Join(", ", known)}.{NearestName.Hint(child.Key, known)}");
}
