using System.Text.Json;

namespace KernelHost.Manifests;

/// <summary>What a plugin says of itself in <c>plugin.json</c>, readable before any of its code is loaded.</summary>
public sealed record PluginManifest
{
    /// <summary>The version of the manifest format. Only 1 exists.</summary>
    public int ManifestVersion { get; init; } = 1;

    /// <summary>Unique among the plugins of a host, for example <c>customer-support</c>.</summary>
    public required string Id { get; init; }

    /// <summary>A SemVer version.</summary>
    public required string Version { get; init; }

    /// <summary>One or two sentences for the catalog.</summary>
    public string? Description { get; init; }

    /// <summary>The host versions the plugin works with, as a NuGet version range such as <c>[0.1.0, 1.0.0)</c>.</summary>
    public required string Host { get; init; }

    /// <summary>The file name of the assembly to load, beside the manifest.</summary>
    public required string EntryAssembly { get; init; }

    /// <summary>What it asks of the host beyond being called.</summary>
    public PluginPermissions Permissions { get; init; } = new();

    /// <summary>Callable functions.</summary>
    public IReadOnlyList<ToolManifest> Tools { get; init; } = [];

    /// <summary>Sources that can be searched.</summary>
    public IReadOnlyList<RetrieverManifest> Retrievers { get; init; } = [];

    /// <summary>Prompt templates.</summary>
    public IReadOnlyList<PromptManifest> Prompts { get; init; } = [];
}

/// <summary>What a plugin asks of the host beyond being called. What is not declared is denied.</summary>
public sealed record PluginPermissions
{
    /// <summary>Whether its tools ask the agent's model themselves.</summary>
    public bool Models { get; init; }
}

/// <summary>A tool as declared in a manifest.</summary>
public sealed record ToolManifest
{
    /// <summary>Unique in the plugin, for example <c>get_order</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it does; the model chooses by this text.</summary>
    public required string Description { get; init; }

    /// <summary>What it does to the world.</summary>
    public ToolEffect Effect { get; init; } = ToolEffect.Once;

    /// <summary>Whether arguments leave the machine or organisation.</summary>
    public bool Egress { get; init; }

    /// <summary>A JSON Schema of type <c>object</c> for the arguments.</summary>
    public required JsonElement Parameters { get; init; }

    /// <summary>The role of each parameter; one that is absent is <see cref="ArgumentRole.Control"/>.</summary>
    public IReadOnlyDictionary<string, ArgumentRole> Roles { get; init; } = new Dictionary<string, ArgumentRole>();

    /// <summary>How far the text of a result may be trusted.</summary>
    public Integrity ResultIntegrity { get; init; } = Integrity.Untrusted;

    /// <summary>How long a call may take, in seconds; <see langword="null"/> leaves it to the host.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Whether the plugin can tell what became of a call.</summary>
    public bool OutcomeCheck { get; init; }

    /// <summary>Whether the plugin can undo a call.</summary>
    public bool Compensation { get; init; }
}

/// <summary>A retriever as declared in a manifest.</summary>
public sealed record RetrieverManifest
{
    /// <summary>Unique in the plugin, for example <c>help-center</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What can be found with it.</summary>
    public required string Description { get; init; }

    /// <summary>The pattern of the documents the host ingests; <see langword="null"/> when the plugin retrieves by itself.</summary>
    public string? Documents { get; init; }
}

/// <summary>A prompt template as declared in a manifest.</summary>
public sealed record PromptManifest
{
    /// <summary>Unique in the plugin, for example <c>tone</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public required string Description { get; init; }
}
