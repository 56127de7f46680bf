using System.Text.Json.Nodes;
using KernelHost.Agents;
using KernelHost.Cli.Output;
using KernelHost.Text;

namespace KernelHost.Cli.Commands;

/// <summary>Agents as JSON.</summary>
internal static class AgentJson
{
    public static JsonObject Entry(AgentEntry entry) => new()
    {
        ["name"] = entry.Name,
        ["file"] = entry.SourcePath,
        ["valid"] = entry.Definition is not null,
        ["description"] = entry.Definition?.Description,
        ["model"] = entry.Definition?.Model,
        ["errors"] = JsonOutput.Array(entry.Errors, Error),
    };

    public static JsonObject Check(AgentEntry entry, IReadOnlyList<SourceError> errors) => new()
    {
        ["name"] = entry.Name,
        ["file"] = entry.SourcePath,
        ["valid"] = errors.Count == 0,
        ["errors"] = JsonOutput.Array(errors, Error),
    };

    public static JsonObject Error(SourceError error) => new()
    {
        ["file"] = error.File,
        ["line"] = error.Line,
        ["column"] = error.Column,
        ["message"] = error.Message,
    };

    public static JsonObject Definition(AgentDefinition agent)
    {
        JsonObject variables = [];
        foreach (var (name, value) in agent.Variables)
        {
            variables[name] = value;
        }

        return new JsonObject
        {
            ["name"] = agent.Name,
            ["description"] = agent.Description,
            ["model"] = agent.Model,
            ["fallback"] = JsonOutput.Array(agent.Fallback, fallback => new JsonObject { ["model"] = fallback.Model, ["on"] = JsonOutput.Strings(fallback.On) }),
            ["extraction"] = agent.ExtractionModel,
            ["summaries"] = agent.SummaryModel,
            ["agents"] = JsonOutput.Strings(agent.Agents),
            ["handOver"] = JsonOutput.Strings(agent.HandOver),
            ["instructions"] = agent.Instructions,
            ["prompts"] = JsonOutput.Strings(agent.Prompts),
            ["variables"] = variables,
            ["tools"] = JsonOutput.Strings(agent.Tools),
            ["retrievers"] = JsonOutput.Strings(agent.Retrievers),
            ["collections"] = JsonOutput.Strings(agent.Collections),
            ["memory"] = JsonOutput.Strings(agent.Memory),
            ["policy"] = agent.Policy,
            ["grounding"] = agent.Grounding is not { } rules ? null : new JsonObject
            {
                ["citations"] = JsonOutput.Name(rules.Citations),
                ["onFalse"] = JsonOutput.Name(rules.OnFalse),
                ["onUncited"] = JsonOutput.Name(rules.OnUncited),
                ["minimumSupport"] = rules.MinimumSupport,
                ["notFound"] = rules.NotFound,
            },
            ["limits"] = Limits(agent.Limits),
            ["file"] = agent.SourcePath,
        };
    }

    private static JsonObject Limits(AgentLimits limits) => new()
    {
        ["steps"] = limits.Steps,
        ["toolCalls"] = limits.ToolCalls,
        ["tokens"] = limits.Tokens,
        ["inputTokens"] = limits.InputTokens,
        ["outputTokens"] = limits.OutputTokens,
        ["money"] = limits.Money?.ToString(),
        ["approvalPrompts"] = limits.ApprovalPrompts,
        ["bytesOut"] = limits.BytesOut,
        ["tools"] = new JsonObject(limits.Tools.OrderBy(static tool => tool.Key, StringComparer.Ordinal).Select(static tool => KeyValuePair.Create(tool.Key, (JsonNode?)tool.Value))),
        ["wallTimeSeconds"] = limits.WallTime.TotalSeconds,
        ["parallelCalls"] = limits.ParallelCalls,
        ["repeatedCalls"] = limits.RepeatedCalls,
        ["staleRounds"] = limits.StaleRounds,
        ["atLimit"] = JsonOutput.Name(limits.AtLimit),
        ["cheaperModel"] = limits.CheaperModel,
    };
}
