namespace KernelHost.Runs.Events;

/// <summary>The artifact that made a call.</summary>
/// <param name="Version">The plugin's version.</param>
/// <param name="ContentHash">The hash over the plugin's files.</param>
/// <param name="SchemaHash">The hash over the tool's declaration.</param>
public sealed record ToolArtifact(string Version, string ContentHash, string SchemaHash);
