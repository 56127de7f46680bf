using KernelHost.Runs.Journal.Retention;
using KernelHost.Text;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Hosting;

/// <summary>Reads <c>KernelHost:Retention</c>.</summary>
internal static class RetentionConfiguration
{
    private static readonly string[] Settings = ["Default", "Agents"];

    public static RetentionPeriods Read(IConfigurationSection section, List<string> errors)
    {
        foreach (var child in section.GetChildren().Where(child => !Settings.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            errors.Add($"{child.Path} is no setting. Remove it or use one of {string.Join(", ", Settings)}; periods of single agents stand below {section.Path}:Agents.{NearestName.Hint(child.Key, Settings)}");
        }

        return new RetentionPeriods
        {
            Default = Period(section.GetSection("Default"), errors),
            Agents = section.GetSection("Agents").GetChildren().ToDictionary(agent => agent.Key, agent => Period(agent, errors), StringComparer.OrdinalIgnoreCase),
        };
    }

    private static TimeSpan? Period(IConfigurationSection setting, List<string> errors)
    {
        if (setting.Value is not { } text)
        {
            return null;
        }

        if (!RetentionPeriods.TryParse(text, out var period))
        {
            errors.Add($"{setting.Path} is '{VisibleText.Escape(text)}', which is no period of an hour or more. Write it as '90d', '36h' or 'forever'.");
        }

        return period;
    }
}
