using System.Globalization;
using System.Text.Json;
using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Loading;
using KernelHost.Manifests;
using KernelHost.Memory.Recall;
using KernelHost.Runs.Effects;
using Microsoft.SemanticKernel;

namespace KernelHost.Hosting;

/// <summary>
/// The host's own tools with which an agent remembers what it was told. They pass the gate as every tool does; whom a memory belongs to follows from
/// the run, and only what the agent's file allows can be asked for.
/// </summary>
internal sealed class MemoryTools(AgentHost host)
{
    private const string Save = "save_memory";
    private const string Recall = "recall_memory";
    private const string Forget = "forget_memory";
    private const string Scope = """ "scope": { "type": "string", "description": "Whose memory; leave it out for the usual one", "enum": ["user", "session", "agent", "tenant"] } """;

    public static bool Are(Tool tool) => tool.PluginId == ResultReader.PluginId && tool.Name is Save or Recall or Forget;

    public IReadOnlyList<Tool> Create() =>
    [
        Create(Save, "Remembers a fact for later conversations, for example what the user prefers. Save what the user told you, not what you read elsewhere.", ToolEffect.Idempotent, SaveAsync,
            $$"""{ "text": { "type": "string", "description": "The fact, in one or two sentences that can be understood by themselves", "minLength": 1, "maxLength": {{AgentMemory.MostCharacters}} }, {{Scope}} }""", "text"),
        Create(Recall, "Searches what was remembered in earlier conversations.", ToolEffect.Read, RecallAsync,
            $$"""{ "query": { "type": "string", "description": "What to look for, in natural language", "minLength": 1, "maxLength": 2000 }, "top": { "type": "integer", "description": "How many memories to return at most", "minimum": 1, "maximum": 20, "default": 5 }, {{Scope}} }""", "query"),
        Create(Forget, "Forgets a memory.", ToolEffect.Idempotent, ForgetAsync,
            """{ "id": { "type": "string", "description": "The memory, as 'mem_...' from recalling", "pattern": "^mem_[0-9a-z]{12}$" } }""", "id"),
    ];

    private async Task<object> SaveAsync(ToolContext context, KernelArguments arguments, CancellationToken cancellationToken)
    {
        var scope = Scopes(context, arguments)[0];
        var origin = new MemoryOrigin(context.RunId, context.CallId, context.Integrity, host.Clock.GetUtcNow());
        try
        {
            var item = await host.AgentMemory.SaveAsync(Owner(context), scope, Text(arguments, "text")!, origin, cancellationToken);
            return JsonSerializer.SerializeToElement(new { item.Id, Scope = scope.ToString().ToLowerInvariant() }, JsonSerializerOptions.Web);
        }
        catch (ArgumentException exception)
        {
            throw new ToolException(exception.Message, exception);
        }
    }

    private async Task<object> RecallAsync(ToolContext context, KernelArguments arguments, CancellationToken cancellationToken)
    {
        var top = int.TryParse(Text(arguments, "top"), CultureInfo.InvariantCulture, out var count) ? Math.Clamp(count, 1, 20) : 5;
        var found = await host.AgentMemory.RecallAsync(Owner(context), Scopes(context, arguments), Text(arguments, "query")!, top, cancellationToken);
        // As passages: each carries its label, and an answer can cite it.
        return found.Select(item => new Passage($"memory:{item.Id}", item.Text)
        {
            Id = item.Id,
            Title = string.Create(CultureInfo.InvariantCulture, $"Remembered {item.SavedAt:yyyy-MM-dd} for {item.Scope.ToString().ToLowerInvariant()} '{item.Owner}', told by '{item.SavedBy}'"),
            Score = item.Score,
            Integrity = item.IntegrityFor(context.Principal),
        }).ToList();
    }

    private async Task<object> ForgetAsync(ToolContext context, KernelArguments arguments, CancellationToken cancellationToken)
    {
        var id = Text(arguments, "id")!;
        var forgotten = await host.AgentMemory.ForgetAsync(Owner(context), Scopes(context, arguments), id, cancellationToken);
        return forgotten is null ? $"There is no memory '{id}' here." : $"The memory '{id}' is forgotten.";
    }

    private MemoryOwner Owner(ToolContext context) => new(context.Principal, context.SessionId, context.Agent, host.Options.Principals.Find(context.Principal).Tenant);

    /// <summary>What a call may look at: what it names, or all that the agent may, its usual one first.</summary>
    private List<MemoryScope> Scopes(ToolContext context, KernelArguments arguments)
    {
        var allowed = host.Agents.Find(context.Agent).Memory;
        if (Text(arguments, "scope") is { } named)
        {
            return allowed.Contains(named, StringComparer.Ordinal)
                ? [Enum.Parse<MemoryScope>(named, ignoreCase: true)]
                : throw new ToolException($"This agent remembers nothing for '{named}'. It does for: {string.Join(", ", allowed)}.");
        }

        return [.. allowed.Select(static scope => Enum.Parse<MemoryScope>(scope, ignoreCase: true))];
    }

    private static string? Text(KernelArguments arguments, string name) =>
        arguments.TryGetValue(name, out var value) && value is not null ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;

    private static Tool Create(
        string name, string description, ToolEffect effect, Func<ToolContext, KernelArguments, CancellationToken, Task<object>> function, string properties, string required)
    {
        var parameters = JsonElement.Parse($$"""{ "type": "object", "properties": {{properties}}, "required": ["{{required}}"], "additionalProperties": false }""");
        var manifest = new ToolManifest
        {
            Name = name,
            Description = description,
            Effect = effect,
            Parameters = parameters,
            Roles = parameters.GetProperty("properties").EnumerateObject().ToDictionary(
                static property => property.Name,
                static property => property.Name switch { "text" or "query" => ArgumentRole.Payload, "top" => ArgumentRole.Inert, _ => ArgumentRole.Control }),
        };
        return new Tool
        {
            PluginId = ResultReader.PluginId,
            PluginVersion = HostVersion.Current.ToString(),
            ContentHash = "",
            Name = name,
            ModelName = $"{ResultReader.PluginId}-{name}",
            Description = description,
            Parameters = parameters,
            SchemaHash = ToolIdentity.SchemaHash(manifest),
            Effect = effect,
            Roles = manifest.Roles,
            // Ids and notes of the host itself; what was remembered comes as passages with labels of their own.
            ResultIntegrity = name == Recall ? Integrity.Untrusted : Integrity.Trusted,
            Function = KernelFunctionFactory.CreateFromMethod(
                (KernelArguments arguments, CancellationToken cancellationToken) => function((ToolContext)arguments[ToolInvocation.ContextKey]!, arguments, cancellationToken),
                new KernelFunctionFromMethodOptions { FunctionName = name, Description = description, Parameters = [] }),
        };
    }
}
