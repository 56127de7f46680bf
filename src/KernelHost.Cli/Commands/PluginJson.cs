using System.Text.Json;
using System.Text.Json.Nodes;
using KernelHost.Catalog;
using KernelHost.Cli.Output;
using KernelHost.Manifests;

namespace KernelHost.Cli.Commands;

/// <summary>Plugins as JSON.</summary>
internal static class PluginJson
{
    public static JsonObject Entry(CatalogEntry plugin) => new()
    {
        ["id"] = plugin.Id,
        ["version"] = plugin.Manifest?.Version,
        ["state"] = JsonOutput.Name(plugin.State),
        ["directory"] = plugin.Directory,
        ["contentHash"] = plugin.ContentHash,
        ["tools"] = JsonOutput.Strings(plugin.Manifest?.Tools.Select(tool => tool.Name) ?? []),
        ["retrievers"] = JsonOutput.Strings(plugin.Manifest?.Retrievers.Select(retriever => retriever.Name) ?? []),
        ["prompts"] = JsonOutput.Strings(plugin.Manifest?.Prompts.Select(prompt => prompt.Name) ?? []),
        ["error"] = plugin.Error?.Message,
        ["problems"] = JsonOutput.Array(plugin.Error?.Problems ?? [], Problem),
    };

    public static JsonObject Detail(CatalogEntry plugin)
    {
        var written = Entry(plugin);
        written["description"] = plugin.Manifest?.Description;
        written["host"] = plugin.Manifest?.Host;
        written["entryAssembly"] = plugin.Manifest?.EntryAssembly;
        written["tools"] = JsonOutput.Array(plugin.Manifest?.Tools ?? [], Tool);
        written["retrievers"] = JsonOutput.Array(plugin.Manifest?.Retrievers ?? [], static retriever => new JsonObject
        {
            ["name"] = retriever.Name,
            ["description"] = retriever.Description,
            ["documents"] = retriever.Documents,
        });
        written["prompts"] = JsonOutput.Array(plugin.Manifest?.Prompts ?? [], static prompt => new JsonObject
        {
            ["name"] = prompt.Name,
            ["description"] = prompt.Description,
        });
        return written;
    }

    public static JsonObject Inspection(PluginInspection inspection) => new()
    {
        ["directory"] = inspection.Directory,
        ["id"] = inspection.Manifest?.Id,
        ["version"] = inspection.Manifest?.Version,
        ["valid"] = inspection.IsValid,
        ["contentHash"] = inspection.ContentHash,
        ["problems"] = JsonOutput.Array(inspection.Problems, Problem),
    };

    public static string Effect(ToolManifest tool) => JsonOutput.Name(tool.Effect) + (tool.Egress ? ", egress" : "");

    /// <summary>The names of a tool's parameters; optional ones with a question mark.</summary>
    public static string Parameters(ToolManifest tool)
    {
        if (tool.Parameters.ValueKind != JsonValueKind.Object || !tool.Parameters.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return "";
        }

        var required = tool.Parameters.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Select(name => name.ToString()).ToHashSet(StringComparer.Ordinal)
            : [];
        return string.Join(", ", properties.EnumerateObject().Select(property => required.Contains(property.Name) ? property.Name : property.Name + "?"));
    }

    private static JsonObject Tool(ToolManifest tool)
    {
        JsonObject roles = [];
        foreach (var (name, role) in tool.Roles)
        {
            roles[name] = JsonOutput.Name(role);
        }

        return new JsonObject
        {
            ["name"] = tool.Name,
            ["description"] = tool.Description,
            ["effect"] = JsonOutput.Name(tool.Effect),
            ["egress"] = tool.Egress,
            ["resultIntegrity"] = JsonOutput.Name(tool.ResultIntegrity),
            ["roles"] = roles,
            ["parameters"] = JsonOutput.Value(tool.Parameters),
        };
    }

    private static JsonObject Problem(PluginProblem problem) => new()
    {
        ["code"] = problem.Code,
        ["message"] = problem.Message,
        ["file"] = problem.File,
        ["line"] = problem.Line,
        ["column"] = problem.Column,
        ["jsonPath"] = problem.JsonPath,
        ["isWarning"] = problem.IsWarning,
    };
}
