using KernelHost.Text;

namespace KernelHost.Agents;

/// <summary>One agent file: its definition, or what is wrong with it.</summary>
/// <param name="Name">The agent's name; the file's name without extension when the file does not tell it.</param>
/// <param name="SourcePath">The file.</param>
/// <param name="Definition">The definition; <see langword="null"/> when there are errors.</param>
/// <param name="Errors">Every error in the order of the file; empty when there is a definition.</param>
public sealed record AgentEntry(string Name, string SourcePath, AgentDefinition? Definition, IReadOnlyList<SourceError> Errors)
{
    /// <summary>Whether the file itself tells the name. A guess from the file's name takes the name from nobody.</summary>
    internal bool TellsName { get; init; }
}
