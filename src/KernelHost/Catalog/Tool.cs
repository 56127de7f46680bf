using System.Text.Json;
using Microsoft.SemanticKernel;

namespace KernelHost.Catalog;

/// <summary>
/// A callable thing in the catalog: a plugin's tool, or a retriever offered as one. Its identity is the artifact: permissions and
/// approvals name plugin, version, content hash and schema hash, never a bare tool name.
/// </summary>
public sealed class Tool
{
    /// <summary>The plugin it came with.</summary>
    public required string PluginId { get; init; }

    /// <summary>The SemVer version of the plugin.</summary>
    public required string PluginVersion { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 over the names and contents of the plugin's files.</summary>
    public required string ContentHash { get; init; }

    /// <summary>The name within the plugin, for example <c>get_order</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name offered to the model: unique in the catalog, at most 64 of <c>[a-zA-Z0-9_-]</c>.</summary>
    public required string ModelName { get; init; }

    /// <summary>What it does.</summary>
    public required string Description { get; init; }

    /// <summary>A JSON Schema of type <c>object</c> for the arguments.</summary>
    public required JsonElement Parameters { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 over name, description, effect, roles and parameters in canonical JSON.</summary>
    public required string SchemaHash { get; init; }

    /// <summary>What it does to the world.</summary>
    public required ToolEffect Effect { get; init; }

    /// <summary>Whether arguments leave the machine or organisation.</summary>
    public bool Egress { get; init; }

    /// <summary>Whether it may ask the agent's model itself.</summary>
    public bool UsesModel { get; init; }

    /// <summary>The role of each parameter; one that is absent is <see cref="ArgumentRole.Control"/>.</summary>
    public IReadOnlyDictionary<string, ArgumentRole> Roles { get; init; } = new Dictionary<string, ArgumentRole>();

    /// <summary>How far the text of a result may be trusted.</summary>
    public Integrity ResultIntegrity { get; init; } = Integrity.Untrusted;

    /// <summary>Whether it finds passages that an answer can cite.</summary>
    public bool IsRetriever { get; init; }

    /// <summary>The agent it leads to, for a tool that is another agent; <see langword="null"/> for a plugin's.</summary>
    public AgentLink? Agent { get; init; }

    /// <summary>Tells what became of a call, given the call's own arguments and context; <see langword="null"/> when the plugin cannot.</summary>
    public KernelFunction? OutcomeCheck { get; init; }

    /// <summary>Undoes a call, given the call's own arguments, context and result; <see langword="null"/> when the plugin cannot.</summary>
    public KernelFunction? Compensation { get; init; }

    /// <summary>How long a call may take; <see langword="null"/> leaves it to the host.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What is invoked, always through <c>Kernel.InvokeAsync</c> and always behind the gate.</summary>
    public required KernelFunction Function { get; init; }

    /// <summary>The name people and policies use: <c>customer-support/get_order</c>.</summary>
    public string QualifiedName => field ??= $"{PluginId}/{Name}";
}
