namespace KernelHost.Catalog;

/// <summary>Where a tool leads that is another agent.</summary>
/// <param name="Name">The agent's name.</param>
/// <param name="HandsOver">Whether the conversation goes over to it; otherwise it is asked and answers.</param>
public sealed record AgentLink(string Name, bool HandsOver)
{
    /// <summary>What stands in the place of the plugin's id in the names of these tools: <c>agent/research</c>. No plugin may have it.</summary>
    public const string PluginId = "agent";
}
