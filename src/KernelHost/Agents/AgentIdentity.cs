using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KernelHost.Text;

namespace KernelHost.Agents;

/// <summary>The hash that stands for an agent's definition where another agent asks it.</summary>
internal static class AgentIdentity
{
    /// <summary>Lower-case hexadecimal SHA-256 over everything the definition says, where it stands aside.</summary>
    public static string Hash(AgentDefinition agent)
    {
        var identity = new JsonObject
        {
            ["name"] = agent.Name,
            ["description"] = agent.Description,
            ["model"] = agent.Model,
            ["fallback"] = Names(agent.Fallback.Select(fallback => $"{fallback.Model}: {string.Join(' ', fallback.On)}")),
            ["extraction"] = agent.ExtractionModel,
            ["summaries"] = agent.SummaryModel,
            ["instructions"] = agent.Instructions,
            ["prompts"] = Names(agent.Prompts),
            ["variables"] = new JsonObject(agent.Variables.Select(variable => KeyValuePair.Create(variable.Key, (JsonNode?)variable.Value))),
            ["tools"] = Names(agent.Tools),
            ["retrievers"] = Names(agent.Retrievers),
            ["collections"] = Names(agent.Collections),
            ["agents"] = Names(agent.Agents),
            ["handOver"] = Names(agent.HandOver),
            ["policy"] = Path.GetFileName(agent.Policy),
            // Whatever limits there come to be: each of them is part of what a person agrees to.
            ["limits"] = JsonSerializer.SerializeToNode(agent.Limits),
        };
        // Only where the file says something: approvals for agents without it go on to hold.
        if (agent.Memory.Count > 0)
        {
            identity["memory"] = Names(agent.Memory);
        }

        if (agent.Grounding is { } rules)
        {
            identity["grounding"] = string.Create(CultureInfo.InvariantCulture, $"{rules.Citations} {rules.OnFalse} {rules.OnUncited} {rules.MinimumSupport:R} {rules.NotFound}");
        }

        return CanonicalJson.Hash(JsonSerializer.SerializeToElement(identity));
    }

    private static JsonArray Names(IEnumerable<string> names) => [.. names.Select(name => (JsonNode?)name)];
}
