using System.Text.Json;
using System.Text.Json.Nodes;
using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Loading;
using KernelHost.Manifests;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;
using KernelHost.Text;
using Microsoft.SemanticKernel;

namespace KernelHost.Runs.Budgets;

/// <summary>
/// What a question for more is about, in the form of a tool that no model is offered: so a person reads, changes and answers it like any other,
/// and the answer is bound to exactly what was shown, which includes the limits in the agent's file.
/// </summary>
internal static class TopUpTool
{
    public const string Name = "top_up";

    private const int Most = 1_000_000_000;

    /// <param name="agent">The agent's name.</param>
    /// <param name="limits">Its limits, as its file says.</param>
    public static Tool Create(string agent, AgentLimits limits)
    {
        var manifest = new ToolManifest
        {
            Name = Name,
            Description = "Allows a run more than its limits.",
            Effect = ToolEffect.Idempotent,
            Parameters = Schema(limits),
            Roles = new Dictionary<string, ArgumentRole>(),
        };
        return new Tool
        {
            PluginId = ResultReader.PluginId,
            PluginVersion = HostVersion.Current.ToString(),
            ContentHash = CanonicalJson.Hash(JsonSerializer.SerializeToElement(new
            {
                agent,
                limits.Steps,
                limits.ToolCalls,
                limits.Tokens,
                limits.InputTokens,
                limits.OutputTokens,
                Money = limits.Money?.ToString(),
            })),
            Name = Name,
            ModelName = "host-top_up",
            Description = manifest.Description,
            Parameters = manifest.Parameters,
            SchemaHash = ToolIdentity.SchemaHash(manifest),
            Effect = manifest.Effect,
            Roles = manifest.Roles,
            Function = KernelFunctionFactory.CreateFromMethod(static () => "", functionName: Name),
        };
    }

    /// <summary>What is added, by arguments that fit the schema.</summary>
    public static ToppedUp Read(string runId, string callId, string approvalId, JsonElement arguments)
    {
        return new ToppedUp
        {
            RunId = runId,
            CallId = callId,
            ApprovalId = approvalId,
            Steps = Number("steps"),
            ToolCalls = Number("toolCalls"),
            Tokens = Number("tokens"),
            InputTokens = Number("inputTokens"),
            OutputTokens = Number("outputTokens"),
            Money = arguments.TryGetProperty("money", out var amount) && Money.TryParse(amount.GetString(), out var money) ? money.Micros : null,
        };

        // An integer may be written as 10.0.
        long? Number(string name) => arguments.TryGetProperty(name, out var number) ? (long)number.GetDecimal() : null;
    }

    // Only what bounds the agent can be raised.
    private static JsonElement Schema(AgentLimits limits)
    {
        var properties = new JsonObject { ["steps"] = Number("model calls"), ["toolCalls"] = Number("tool calls"), ["tokens"] = Number("tokens, sent and received") };
        if (limits.InputTokens is not null)
        {
            properties["inputTokens"] = Number("tokens sent");
        }

        if (limits.OutputTokens is not null)
        {
            properties["outputTokens"] = Number("tokens received");
        }

        if (limits.Money is { } money)
        {
            properties["money"] = new JsonObject
            {
                ["type"] = "string",
                ["description"] = $"How much money more, such as '0.50 {money.Currency}'",
                ["pattern"] = $"^[0-9]{{1,9}}(\\.[0-9]{{1,6}})? {money.Currency}$",
            };
        }

        return JsonSerializer.SerializeToElement(new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false });
    }

    private static JsonObject Number(string of) => new() { ["type"] = "integer", ["description"] = $"How many {of} more", ["minimum"] = 1, ["maximum"] = Most };
}
