using System.Text.Json;
using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Manifests;
using Microsoft.SemanticKernel;

namespace KernelHost.Hosting;

/// <summary>
/// Offers an agent to another agent's model as a tool, so that asking it passes the same gate as everything else. Its identity is the
/// agent's definition: a changed definition is another artifact, and an approval for the old one does not hold for it.
/// </summary>
internal static class AgentTool
{
    private static readonly JsonElement AskSchema = JsonElement.Parse(
        """
        {
          "type": "object",
          "properties": {
            "request": { "type": "string", "description": "What the agent is to do or find out, with every fact it needs: it does not see this conversation", "minLength": 1, "maxLength": 20000 }
          },
          "required": ["request"],
          "additionalProperties": false
        }
        """);

    private static readonly JsonElement HandOverSchema = JsonElement.Parse(
        """
        {
          "type": "object",
          "properties": {
            "reason": { "type": "string", "description": "Why the other agent should go on, in a sentence", "minLength": 1, "maxLength": 2000 }
          },
          "required": ["reason"],
          "additionalProperties": false
        }
        """);

    /// <summary>Both tools of an agent.</summary>
    public static IEnumerable<Tool> For(AgentDefinition agent) => [Ask(agent), HandOver(agent)];

    /// <summary>The tool that asks the agent and brings back its answer.</summary>
    public static Tool Ask(AgentDefinition agent) => Create(agent, handsOver: false, new ToolManifest
    {
        Name = agent.Name,
        Description = $"Asks the agent '{agent.Name}' and returns its answer. {agent.Description}".TrimEnd(),

        // Asked again for the same call it gives the same answer: its run is found by the call.
        Effect = ToolEffect.Idempotent,
        Parameters = AskSchema,
        Roles = new Dictionary<string, ArgumentRole> { ["request"] = ArgumentRole.Payload },
    });

    /// <summary>The tool that gives the agent the conversation.</summary>
    public static Tool HandOver(AgentDefinition agent) => Create(agent, handsOver: true, new ToolManifest
    {
        // No agent's name holds an '_', so no agent is called like this.
        Name = $"hand_over_to_{agent.Name}",
        Description = $"Hands this conversation over to the agent '{agent.Name}', which answers from then on. {agent.Description}".TrimEnd(),
        Effect = ToolEffect.Idempotent,
        Parameters = HandOverSchema,
        Roles = new Dictionary<string, ArgumentRole> { ["reason"] = ArgumentRole.Payload },
    });

    private static Tool Create(AgentDefinition agent, bool handsOver, ToolManifest manifest)
    {
        var hash = AgentIdentity.Hash(agent);
        return new Tool
        {
            PluginId = AgentLink.PluginId,
            PluginVersion = $"1.0.0+{hash[..12]}",
            ContentHash = hash,
            Name = manifest.Name,
            ModelName = handsOver ? ModelName.ForHandOver(agent.Name) : ModelName.ForAgent(agent.Name),
            Description = manifest.Description,
            Parameters = manifest.Parameters,
            SchemaHash = ToolIdentity.SchemaHash(manifest),
            Effect = manifest.Effect,
            Roles = manifest.Roles,
            Agent = new AgentLink(agent.Name, handsOver),
            Function = KernelFunctionFactory.CreateFromMethod(NotInvoked, new KernelFunctionFromMethodOptions { FunctionName = "agent", Description = manifest.Description, Parameters = [] }),
        };
    }

    // A sub-run may wait for days and is resumed by its journal, which no function call can be: the loop makes it.
    private static string NotInvoked() => throw new InvalidOperationException("An agent is asked by the run loop, not through the kernel.");
}
