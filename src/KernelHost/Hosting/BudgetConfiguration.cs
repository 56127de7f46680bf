using System.Globalization;
using KernelHost.Policy.Budgets;
using KernelHost.Text;
using Microsoft.Extensions.Configuration;

namespace KernelHost.Hosting;

/// <summary>Reads <c>KernelHost:Budgets</c> and notes everything that is wrong with it.</summary>
internal static class BudgetConfiguration
{
    private const string Forms = "'tenant', or 'agent', 'principal', 'session', 'plugin' or 'run', a slash and a name or '*'";

    private static readonly string[] Kinds = ["agent", "principal", "session", "plugin", "run"];

    private static readonly Dictionary<string, BudgetPeriod> Periods = new(StringComparer.OrdinalIgnoreCase)
    {
        ["hour"] = BudgetPeriod.Hour,
        ["day"] = BudgetPeriod.Day,
        ["month"] = BudgetPeriod.Month,
        ["total"] = BudgetPeriod.Total,
    };

    private static readonly Dictionary<string, string> Counts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["InputTokens"] = BudgetMeasure.InputTokens,
        ["OutputTokens"] = BudgetMeasure.OutputTokens,
        ["Tokens"] = BudgetMeasure.Tokens,
        ["ModelCalls"] = BudgetMeasure.ModelCalls,
        ["Steps"] = BudgetMeasure.Steps,
        ["ToolCalls"] = BudgetMeasure.ToolCalls,
        ["ApprovalPrompts"] = BudgetMeasure.ApprovalPrompts,
        ["BytesOut"] = BudgetMeasure.BytesOut,
    };

    private static readonly string[] Settings = ["Scope", "Per", "Money", "WallTime", "Tools", .. Counts.Keys];

    public static IReadOnlyList<BudgetRule> Read(IConfigurationSection section, List<string> errors)
    {
        List<BudgetRule> rules = [];
        foreach (var entry in section.GetChildren())
        {
            var before = errors.Count;
            if (ReadRule(entry, errors) is { } rule && errors.Count == before)
            {
                if (rules.Exists(other => other.Scope == rule.Scope && other.Period == rule.Period))
                {
                    errors.Add($"{entry.Path} is a second budget of '{rule.Scope}' {BudgetPeriods.Words(rule.Period)}. Put its limits into the first.");
                }

                rules.Add(rule);
            }
        }

        return rules;
    }

    private static BudgetRule? ReadRule(IConfigurationSection entry, List<string> errors)
    {
        foreach (var child in entry.GetChildren().Where(child => !Settings.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            errors.Add($"{child.Path} is no setting. Remove it or use one of {string.Join(", ", Settings)}.{NearestName.Hint(child.Key, Settings)}");
        }

        if (ReadScope(entry, errors) is not var (kind, name))
        {
            return null;
        }

        var per = entry["Per"] ?? "";
        if (!Periods.TryGetValue(per, out var period))
        {
            errors.Add($"{entry.Path}:Per is '{per}'. Use one of {string.Join(", ", Periods.Keys)}.{NearestName.Hint(per, Periods.Keys)}");
        }

        var limits = ReadLimits(entry, errors);
        if (limits.Count == 0)
        {
            errors.Add($"{entry.Path} limits nothing. Set Money, Tokens, ToolCalls or another of {string.Join(", ", Settings[2..])}.");
        }

        return new BudgetRule(kind, name, period, limits);
    }

    private static (string Kind, string Name)? ReadScope(IConfigurationSection entry, List<string> errors)
    {
        var scope = entry["Scope"] ?? "";
        switch (scope.Split('/', 2))
        {
            case ["tenant"]:
                return ("tenant", "");
            case [var kind, { Length: > 0 } name] when Kinds.Contains(kind):
                return (kind, name);
            case [var kind, ..]:
                errors.Add($"{entry.Path}:Scope is '{scope}'. Use {Forms}.{NearestName.Hint(kind, ["tenant", .. Kinds])}");
                return null;
            default:
                return null;
        }
    }

    private static Dictionary<string, long> ReadLimits(IConfigurationSection entry, List<string> errors)
    {
        var limits = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (setting, measure) in Counts)
        {
            if (Count(entry.GetSection(setting), errors) is { } limit)
            {
                limits[measure] = limit;
            }
        }

        foreach (var tool in entry.GetSection("Tools").GetChildren())
        {
            if (Count(tool, errors) is { } limit)
            {
                limits[BudgetMeasure.Tool(tool.Key)] = limit;
            }
        }

        if (entry["Money"] is { Length: > 0 } money)
        {
            if (Money.TryParseMicros(money, out var micros))
            {
                limits[BudgetMeasure.Money] = micros;
            }
            else
            {
                errors.Add($"{entry.Path}:Money is '{money}'. Use an amount with a point, like '12.50'; its currency is that of KernelHost:Currency.");
            }
        }

        if (entry["WallTime"] is { Length: > 0 } time)
        {
            if (TimeSpan.TryParse(time, CultureInfo.InvariantCulture, out var span) && span > TimeSpan.Zero)
            {
                limits[BudgetMeasure.WallTime] = (long)span.TotalMilliseconds;
            }
            else
            {
                errors.Add($"{entry.Path}:WallTime is '{time}'. Use hours, minutes and seconds, like '02:30:00'.");
            }
        }

        return limits;
    }

    private static long? Count(IConfigurationSection setting, List<string> errors)
    {
        if (string.IsNullOrEmpty(setting.Value))
        {
            return null;
        }

        if (long.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue / 4)
        {
            return number;
        }

        errors.Add($"{setting.Path} is '{setting.Value}'. Use a whole number that is not negative.");
        return null;
    }
}
