using KernelHost.Catalog;
using KernelHost.Text;

namespace KernelHost.Agents;

/// <summary>Reads the form of an agent file. What the names in it mean is checked by <see cref="AgentCheck"/>.</summary>
internal sealed class AgentReader(SourceErrors errors)
{
    private static readonly string[] MemoryScopes = ["user", "session", "agent", "tenant"];

    private readonly AgentPlaces _places = new();

    /// <summary>The definition, or <see langword="null"/> when name or instructions are missing; it counts only when there are no errors.</summary>
    public AgentDefinition? Read(YamlMap root)
    {
        var fields = new YamlFields(root, "the agent", errors);
        if (fields.Take("version") is { } version and not YamlScalar { Text: "1" })
        {
            fields.Mismatch("version", version, "'1', the only version there is");
        }

        var name = fields.RequireText("name", "support");
        if (name is not null && !AgentNames.IsValid(name.Text))
        {
            fields.Mismatch("name", name, "lower-case letters, digits and hyphens, starting with a letter, at most 64 characters");
        }

        var description = fields.Text("description");
        var instructions = fields.RequireText("instructions", "You help customers.");
        var prompts = Names(fields, "prompts", "plugin/prompt");
        RefuseWildcards(prompts);
        var definition = new AgentDefinition
        {
            Name = name?.Text ?? "",
            Description = description?.Text.Trim() ?? "",
            Instructions = instructions?.Text.Trim() ?? "",
            Prompts = [.. prompts.Select(prompt => prompt.Text)],
            Variables = ReadVariables(fields.Mapping("variables", "variables: { company: Acme }")),
            Tools = [.. Names(fields, "tools", "plugin/tool").Select(tool => tool.Text)],
            Retrievers = [.. Names(fields, "retrievers", "plugin/retriever").Select(retriever => retriever.Text)],
            Collections = ReadCollections(fields),
            Agents = [.. Names(fields, "agents", "research").Select(agent => agent.Text)],
            HandOver = [.. Names(fields, "handOver", "billing").Select(agent => agent.Text)],
            Memory = ReadMemory(fields),
            Policy = ReadPolicy(fields.Text("policy")),
            Limits = new AgentLimitsReader(errors, _places).Read(fields.Mapping("limits", "limits: { steps: 20 }")),
            Grounding = GroundingReader.Read(fields.Mapping("grounding", "grounding: { citations: required }"), errors),
            SourcePath = errors.File,
            Places = _places,
        };
        definition = ModelChoiceReader.Read(fields, _places, errors, definition);
        fields.Done();
        return name is null || instructions is null ? null : definition;
    }

    private IReadOnlyList<YamlScalar> Names(YamlFields fields, string field, string form)
    {
        var names = fields.Texts(field, form) ?? [];
        foreach (var name in names)
        {
            _places.Add(field, name.Text, name.Line, name.Column);
        }

        return names;
    }

    private IReadOnlyList<string> ReadMemory(YamlFields fields)
    {
        var scopes = Names(fields, "memory", "user");
        foreach (var scope in scopes.Where(static scope => !MemoryScopes.Contains(scope.Text)))
        {
            errors.Add(scope, $"'{YamlScalar.Shorten(scope.Text)}' is nobody an agent can remember for. Use {string.Join(", ", MemoryScopes)}.{NearestName.Hint(scope.Text, MemoryScopes)}");
        }

        return [.. scopes.Select(static scope => scope.Text)];
    }

    private List<string> ReadCollections(YamlFields fields)
    {
        List<string> collections = [];
        foreach (var name in Names(fields, "collections", "handbook"))
        {
            if (!CollectionNames.IsValid(name.Text))
            {
                errors.Add(name, $"'{YamlScalar.Shorten(name.Text)}' is no collection's name: {CollectionNames.Form}. A plugin's documents are named in 'retrievers'.");
            }

            collections.Add(name.Text);
        }

        return collections;
    }

    private void RefuseWildcards(IReadOnlyList<YamlScalar> prompts)
    {
        foreach (var prompt in prompts.Where(prompt => prompt.Text.Contains('*', StringComparison.Ordinal)))
        {
            errors.Add(prompt, $"'{YamlScalar.Shorten(prompt.Text)}' is a pattern, but prompts are appended in a certain order. Name each one.");
        }
    }

    private Dictionary<string, string> ReadVariables(YamlMap? map)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in map?.Entries ?? [])
        {
            if (entry.Key.Text.Length == 0 || !entry.Key.Text.All(character => char.IsAsciiLetterOrDigit(character) || character == '_'))
            {
                errors.Add(entry.Key, $"The variable name '{YamlScalar.Shorten(entry.Key.Text)}' must be letters, digits and '_'.");
            }
            else if (entry.Value is YamlScalar { Kind: not YamlKind.Null } value)
            {
                variables[entry.Key.Text] = value.Text;
            }
            else
            {
                errors.Add(entry.Value, $"The variable '{entry.Key.Text}' must be text, but is {entry.Value.Describe()}.");
            }
        }

        return variables;
    }

    private string? ReadPolicy(YamlScalar? policy)
    {
        if (policy is null)
        {
            return null;
        }

        if (policy.Text.Contains('\0', StringComparison.Ordinal))
        {
            errors.Add(policy, "The path of the policy holds a character that no path can hold.");
            return null;
        }

        _places.Add("policy", "", policy.Line, policy.Column);
        return Path.GetFullPath(policy.Text, Path.GetDirectoryName(Path.GetFullPath(errors.File))!);
    }
}
