using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KernelHost.Bench;

/// <summary>Prints metrics for people or for machines.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void WriteJson(TextWriter output, string bench, IReadOnlyList<Metric> metrics)
    {
        var rows = metrics.Select(metric => (JsonNode)new JsonObject
        {
            ["name"] = metric.Name,
            ["value"] = Math.Round(metric.Value, 3),
            ["unit"] = metric.Unit,
            ["aim"] = metric.Aim,
            ["aimIs"] = metric.AtLeast ? "at least" : "at most",
            ["baseline"] = metric.Baseline,
        });
        output.WriteLine(new JsonObject { ["bench"] = bench, ["metrics"] = new JsonArray([.. rows]) }.ToJsonString(Indented));
    }

    public static void WriteTable(TextWriter output, string bench, IReadOnlyList<Metric> metrics)
    {
        output.WriteLine($"{bench}");
        foreach (var metric in metrics)
        {
            var aim = metric.Aim is { } limit ? $"aim {(metric.AtLeast ? ">=" : "<=")} {limit.ToString(CultureInfo.InvariantCulture)}  {((metric.AtLeast ? metric.Value >= limit : metric.Value <= limit) ? "met" : "MISSED")}" : "";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {metric.Name,-40} {metric.Value,10:0.###} {metric.Unit,-6} {aim,-22} {metric.Baseline}"));
        }
    }
}
