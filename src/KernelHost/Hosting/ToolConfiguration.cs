using System.Globalization;
using KernelHost.Agents;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;
using KernelHost.Text;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Hosting;

/// <summary>
/// Reads <c>KernelHost:Tools</c>: what bounds a call of any tool, and how many calls a plugin serves at once. It stands apart from
/// <c>KernelHost:Plugins:{id}</c>, which is the plugin's own.
/// </summary>
internal static class ToolConfiguration
{
    private static readonly string[] Settings = ["Timeout", "Attempts", "ResultBytes", "Plugins"];
    private static readonly string[] PluginSettings = ["MaxConcurrentCalls"];

    public static (ToolLimits Limits, IReadOnlyDictionary<string, int> MaxConcurrentCalls) Read(IConfigurationSection section, List<string> errors)
    {
        var limits = new ToolLimits();
        errors.AddRange(Unknown(section, Settings));
        if (section["Timeout"] is { Length: > 0 } text)
        {
            if (Duration.TryParse(text, out var timeout) && timeout >= TimeSpan.FromSeconds(1) && timeout <= TimeSpan.FromDays(1))
            {
                limits = limits with { Timeout = timeout };
            }
            else
            {
                errors.Add($"{section.Path}:Timeout is '{text}'. Use a time from '1s' to '1d', for example '100s'.");
            }
        }

        if (section["Attempts"] is { Length: > 0 } count)
        {
            if (int.TryParse(count, CultureInfo.InvariantCulture, out var attempts) && attempts is >= 1 and <= 10)
            {
                limits = limits with { Attempts = attempts };
            }
            else
            {
                errors.Add($"{section.Path}:Attempts is '{count}'. Use a whole number from 1, where nothing is tried again, to 10.");
            }
        }

        if (section["ResultBytes"] is { Length: > 0 } size)
        {
            if (int.TryParse(size, CultureInfo.InvariantCulture, out var bytes) && bytes is >= 1 << 10 and <= JournalValues.MaximumResultBytes)
            {
                limits = limits with { ResultBytes = bytes };
            }
            else
            {
                errors.Add($"{section.Path}:ResultBytes is '{size}'. Use a whole number of bytes from 1024 to {JournalValues.MaximumResultBytes}.");
            }
        }

        return (limits, ReadPlugins(section.GetSection("Plugins"), errors));
    }

    private static Dictionary<string, int> ReadPlugins(IConfigurationSection section, List<string> errors)
    {
        var maximum = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var plugin in section.GetChildren())
        {
            errors.AddRange(Unknown(plugin, PluginSettings));
            if (plugin["MaxConcurrentCalls"] is not { Length: > 0 } text)
            {
                continue;
            }

            if (int.TryParse(text, CultureInfo.InvariantCulture, out var calls) && calls is >= 1 and <= 10_000)
            {
                // Keys of a configuration do not tell letter cases apart; plugin ids have one only.
                maximum[plugin.Key.ToLowerInvariant()] = calls;
            }
            else
            {
                errors.Add($"{plugin.Path}:MaxConcurrentCalls is '{text}'. Use a whole number from 1 to 10000, or leave it out for no bound.");
            }
        }

        return maximum;
    }

    private static IEnumerable<string> Unknown(IConfigurationSection section, string[] settings) => section.GetChildren()
        .Where(child => !settings.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
        .Select(child => $"{child.Path} is no setting. Remove it or use one of {string.Join(", ", settings)}.{NearestName.Hint(child.Key, settings)}");
}
