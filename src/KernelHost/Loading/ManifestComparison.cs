using System.Globalization;
using System.Text.Json;
using KernelHost.Manifests;
using KernelHost.Text;

namespace KernelHost.Loading;

/// <summary>Compares what was reviewed with what is there.</summary>
internal static class ManifestComparison
{
    /// <summary>The differences, one problem naming all of them; empty when the assembly matches its manifest.</summary>
    public static IReadOnlyList<PluginProblem> Compare(PluginManifest declared, PluginManifest actual, string manifestPath)
    {
        var differences = new List<string>();
        Value(differences, "id", declared.Id, actual.Id);
        Value(differences, "version", declared.Version, actual.Version);
        Value(differences, "permission 'models'", declared.Permissions.Models ? "true" : "false", actual.Permissions.Models ? "true" : "false");
        List(differences, "tool", declared.Tools, actual.Tools, tool => tool.Name, Tool);
        List(differences, "retriever", declared.Retrievers, actual.Retrievers, retriever => retriever.Name, (found, name, left, right) =>
        {
            Value(found, $"retriever '{name}', description", left.Description, right.Description);
            Value(found, $"retriever '{name}', documents", left.Documents, right.Documents);
        });
        List(differences, "prompt", declared.Prompts, actual.Prompts, prompt => prompt.Name,
            (found, name, left, right) => Value(found, $"prompt '{name}', description", left.Description, right.Description));
        return differences.Count == 0 ? [] :
        [
            new PluginProblem(ProblemCodes.ManifestMismatch,
                $"The assembly '{actual.EntryAssembly}' of plugin '{declared.Id}' does not match its manifest: {string.Join("; ", differences)}. Build the plugin again, which writes the manifest, and install both together.")
            { File = manifestPath },
        ];
    }

    private static void Tool(List<string> differences, string name, ToolManifest declared, ToolManifest actual)
    {
        if (ToolIdentity.SchemaHash(declared) == ToolIdentity.SchemaHash(actual))
        {
            return;
        }

        Value(differences, $"tool '{name}', description", declared.Description, actual.Description);
        Value(differences, $"tool '{name}', effect", ManifestShape.NameOf(declared.Effect), ManifestShape.NameOf(actual.Effect));
        Value(differences, $"tool '{name}', egress", declared.Egress ? "true" : "false", actual.Egress ? "true" : "false");
        Value(differences, $"tool '{name}', outcome check", declared.OutcomeCheck ? "true" : "false", actual.OutcomeCheck ? "true" : "false");
        Value(differences, $"tool '{name}', compensation", declared.Compensation ? "true" : "false", actual.Compensation ? "true" : "false");
        Value(differences, $"tool '{name}', time-out", Seconds(declared.TimeoutSeconds), Seconds(actual.TimeoutSeconds));
        Value(differences, $"tool '{name}', result integrity", ManifestShape.NameOf(declared.ResultIntegrity), ManifestShape.NameOf(actual.ResultIntegrity));
        foreach (var parameter in ToolIdentity.ParameterNames(actual.Parameters))
        {
            Value(differences, $"tool '{name}', role of '{parameter}'",
                ManifestShape.NameOf(declared.Roles.GetValueOrDefault(parameter)), ManifestShape.NameOf(actual.Roles.GetValueOrDefault(parameter)));
        }

        if (CanonicalJson.Hash(declared.Parameters) != CanonicalJson.Hash(actual.Parameters))
        {
            var left = ToolIdentity.ParameterNames(declared.Parameters);
            var right = ToolIdentity.ParameterNames(actual.Parameters);
            differences.Add(left.ToHashSet().SetEquals(right)
                ? $"tool '{name}', schema of {string.Join(", ", Changed(declared.Parameters, actual.Parameters, right))}"
                : $"tool '{name}', parameters: manifest '{string.Join(", ", left)}', assembly '{string.Join(", ", right)}'");
        }
    }

    private static string Seconds(int? seconds) => seconds is { } some ? $"{some.ToString(CultureInfo.InvariantCulture)} s" : "the host's";

    private static List<string> Changed(JsonElement declared, JsonElement actual, IEnumerable<string> names)
    {
        var changed = names
            .Where(name => !JsonElement.DeepEquals(declared.GetProperty("properties").GetProperty(name), actual.GetProperty("properties").GetProperty(name)))
            .Select(name => $"'{name}'").ToList();
        return changed.Count > 0 ? changed : ["the argument object itself ('required' or 'additionalProperties')"];
    }

    private static void List<T>(
        List<string> differences, string kind, IReadOnlyList<T> declared, IReadOnlyList<T> actual, Func<T, string> name, Action<List<string>, string, T, T> compare)
    {
        var left = declared.ToDictionary(name, StringComparer.Ordinal);
        var right = actual.ToDictionary(name, StringComparer.Ordinal);
        differences.AddRange(left.Keys.Where(key => !right.ContainsKey(key)).Select(key => $"{kind} '{key}' is declared but not in the assembly{NearestName.Hint(key, right.Keys.Except(left.Keys))}"));
        differences.AddRange(right.Keys.Where(key => !left.ContainsKey(key)).Select(key => $"{kind} '{key}' is in the assembly but not declared"));
        foreach (var (key, item) in left)
        {
            if (right.TryGetValue(key, out var other))
            {
                compare(differences, key, item, other);
            }
        }
    }

    private static void Value(List<string> differences, string what, string? declared, string? actual)
    {
        if (!string.Equals(declared, actual, StringComparison.Ordinal))
        {
            differences.Add($"{what}: manifest '{declared}', assembly '{actual}'");
        }
    }
}
