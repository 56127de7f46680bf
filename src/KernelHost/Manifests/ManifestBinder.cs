using System.Text.Json;
using KernelHost.Text;

namespace KernelHost.Manifests;

/// <summary>Turns JSON syntax into a manifest. It goes on after an error, so that an author sees all of them at once.</summary>
internal sealed class ManifestBinder(byte[] json, string file)
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<(int Offset, PluginProblem Problem)> _problems = [];

    public string? Id { get; private set; }

    public IReadOnlyList<PluginProblem> Problems => [.. _problems.OrderBy(entry => entry.Offset).Select(entry => entry.Problem)];

    /// <returns>The manifest; <see langword="null"/> when something was reported.</returns>
    public PluginManifest? Bind(JsonSyntax root)
    {
        if (Object(root, "$", ManifestShape.Root) is not { } members)
        {
            return null;
        }

        Text(members, "$", "$schema");
        Id = Text(members, "$", "id", required: true);
        var manifest = new PluginManifest
        {
            ManifestVersion = Integer(members, "$", "manifestVersion"),
            Id = Id ?? "",
            Version = Text(members, "$", "version", required: true) ?? "",
            Description = Text(members, "$", "description"),
            Host = Text(members, "$", "host", required: true) ?? "",
            EntryAssembly = Text(members, "$", "entryAssembly", required: true) ?? "",
            Permissions = Permissions(members, "$"),
            Tools = Items(members, "$", "tools", ManifestShape.Tool, Tool),
            Retrievers = Items(members, "$", "retrievers", ManifestShape.Retriever, Retriever),
            Prompts = Items(members, "$", "prompts", ManifestShape.Prompt, Prompt),
        };
        return _problems.Count == 0 ? manifest : null;
    }

    /// <summary>Adds a problem at a JSON path, or at the nearest value around it that is in the file.</summary>
    public void Report(string path, string message, string? code = null)
    {
        var known = path;
        int offset;
        while (!_places.TryGetValue(known, out offset) && known.LastIndexOfAny(['.', '[']) is var cut and > 0)
        {
            known = known[..cut];
        }

        var (line, column) = JsonSyntax.Locate(json, offset);
        var stable = code is not null && code.StartsWith("KH", StringComparison.Ordinal) ? code : ProblemCodes.ManifestInvalid;
        _problems.Add((offset, new PluginProblem(stable, message) { File = file, Line = line, Column = column, JsonPath = path }));
    }

    private ToolManifest Tool(Dictionary<string, JsonSyntax> members, string path)
    {
        var result = members.TryGetValue("result", out var value) ? Object(value, $"{path}.result", ManifestShape.Result) : null;
        return new ToolManifest
        {
            Name = Text(members, path, "name", required: true) ?? "",
            Description = Text(members, path, "description", required: true) ?? "",
            Effect = Choice(members, path, "effect", ToolEffect.Once),
            Egress = Flag(members, path, "egress"),
            OutcomeCheck = Flag(members, path, "outcomeCheck"),
            Compensation = Flag(members, path, "compensation"),
            TimeoutSeconds = members.ContainsKey("timeoutSeconds") ? Integer(members, path, "timeoutSeconds") : null,
            Parameters = Schema(members, path),
            Roles = Roles(members, path),
            ResultIntegrity = result is null ? Integrity.Untrusted : Choice(result, $"{path}.result", "integrity", Integrity.Untrusted),
        };
    }

    private PluginPermissions Permissions(Dictionary<string, JsonSyntax> members, string path) =>
        members.TryGetValue("permissions", out var value) && Object(value, $"{path}.permissions", ManifestShape.Permissions) is { } permissions
            ? new PluginPermissions { Models = Flag(permissions, $"{path}.permissions", "models") }
            : new PluginPermissions();

    private RetrieverManifest Retriever(Dictionary<string, JsonSyntax> members, string path) => new()
    {
        Name = Text(members, path, "name", required: true) ?? "",
        Description = Text(members, path, "description", required: true) ?? "",
        Documents = Text(members, path, "documents"),
    };

    private PromptManifest Prompt(Dictionary<string, JsonSyntax> members, string path) => new()
    {
        Name = Text(members, path, "name", required: true) ?? "",
        Description = Text(members, path, "description", required: true) ?? "",
    };

    private JsonElement Schema(Dictionary<string, JsonSyntax> members, string path)
    {
        if (!members.TryGetValue("parameters", out var value))
        {
            Report(path, "'parameters' is missing. Expected a JSON Schema of type 'object'.");
            return default;
        }

        if (value.Kind is not JsonTokenType.StartObject)
        {
            Unexpected($"{path}.parameters", value, "a JSON Schema of type 'object'");
            return default;
        }

        try
        {
            return JsonElement.Parse(json.AsSpan(value.Start..value.End), new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            _places[$"{path}.parameters"] = value.Start;
            Report($"{path}.parameters", "The schema holds one member name twice in the same object. Remove one of the two.");
            return default;
        }
    }

    private Dictionary<string, ArgumentRole> Roles(Dictionary<string, JsonSyntax> members, string path)
    {
        var roles = new Dictionary<string, ArgumentRole>(StringComparer.Ordinal);
        if (members.TryGetValue("arguments", out var value) && Object(value, $"{path}.arguments", known: null) is { } arguments)
        {
            foreach (var (name, argument) in arguments)
            {
                var place = $"{path}.arguments.{name}";
                if (Object(argument, place, ManifestShape.Argument) is { } fields)
                {
                    roles[name] = Choice(fields, place, "role", ArgumentRole.Control);
                }
            }
        }

        return roles;
    }

    private List<T> Items<T>(
        Dictionary<string, JsonSyntax> members, string path, string name, string[] known, Func<Dictionary<string, JsonSyntax>, string, T> bind)
    {
        var items = new List<T>();
        if (!members.TryGetValue(name, out var value))
        {
            return items;
        }

        if (value.Kind is not JsonTokenType.StartArray)
        {
            Unexpected($"{path}.{name}", value, "an array");
            return items;
        }

        for (var i = 0; i < value.Items.Count; i++)
        {
            var place = $"{path}.{name}[{i}]";
            if (Object(value.Items[i], place, known) is { } fields)
            {
                items.Add(bind(fields, place));
            }
        }

        return items;
    }

    // Known: the members that exist, or null when names are free.
    private Dictionary<string, JsonSyntax>? Object(JsonSyntax value, string path, string[]? known)
    {
        _places[path] = value.Start;
        if (value.Kind is not JsonTokenType.StartObject)
        {
            Unexpected(path, value, "an object");
            return null;
        }

        var members = new Dictionary<string, JsonSyntax>(StringComparer.Ordinal);
        foreach (var (name, offset, member) in value.Members)
        {
            var place = $"{path}.{name}";
            _places.TryAdd(place, offset);
            if (known is not null && !known.Contains(name))
            {
                Report(place, $"'{name}' is not a member here.{NearestName.Hint(name, known)} Known: {string.Join(", ", known)}.");
            }
            else if (!members.TryAdd(name, member))
            {
                _places[place] = offset;
                Report(place, $"'{name}' is here twice. Remove one of the two.");
            }
            else
            {
                _places[place] = member.Start;
            }
        }

        return members;
    }

    private string? Text(Dictionary<string, JsonSyntax> members, string path, string name, bool required = false)
    {
        if (!members.TryGetValue(name, out var value))
        {
            if (required)
            {
                Report(path, $"'{name}' is missing. Expected a string.");
            }

            return null;
        }

        if (value.Kind is JsonTokenType.String)
        {
            return value.Text;
        }

        Unexpected($"{path}.{name}", value, "a string");
        return null;
    }

    private int Integer(Dictionary<string, JsonSyntax> members, string path, string name)
    {
        if (!members.TryGetValue(name, out var value))
        {
            Report(path, $"'{name}' is missing. Expected the number 1.");
            return 0;
        }

        if (value.Kind is JsonTokenType.Number && int.TryParse(value.Text, out var number))
        {
            return number;
        }

        Unexpected($"{path}.{name}", value, "a whole number");
        return 0;
    }

    private bool Flag(Dictionary<string, JsonSyntax> members, string path, string name)
    {
        if (members.TryGetValue(name, out var value) && value.Kind is not (JsonTokenType.True or JsonTokenType.False))
        {
            Unexpected($"{path}.{name}", value, "true or false");
        }

        return value?.Kind is JsonTokenType.True;
    }

    private T Choice<T>(Dictionary<string, JsonSyntax> members, string path, string name, T absent)
        where T : struct, Enum
    {
        if (!members.TryGetValue(name, out var value))
        {
            return absent;
        }

        if (value.Kind is JsonTokenType.String && ManifestShape.TryParse<T>(value.Text, out var choice))
        {
            return choice;
        }

        var names = ManifestShape.NamesOf<T>().ToList();
        Unexpected($"{path}.{name}", value, $"one of {string.Join(", ", names)}", NearestName.Hint(value.Text, names));
        return absent;
    }

    private void Unexpected(string path, JsonSyntax value, string expected, string hint = "")
    {
        var found = value.Kind switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            JsonTokenType.True => "'true'",
            JsonTokenType.False => "'false'",
            JsonTokenType.Null => "null",
            _ => $"'{(value.Text.Length > 80 ? $"{value.Text[..80]}..." : value.Text)}'",
        };
        Report(path, $"Found {found}, expected {expected}.{hint}");
    }
}
