using System.Globalization;
using KernelHost.Agents;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.State;

namespace KernelHost.Runs;

/// <summary>Tells which limit a run has reached, in words for people and for the model. Whether a model call fits is <see cref="Budgets.ModelPlan"/>'s to say.</summary>
internal static class LimitCheck
{
    public static string? Reached(AgentLimits limits, RunState run, TimeProvider clock)
    {
        if (run.Steps + run.SubRunSteps >= limits.Steps)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{limits.Steps} steps");
        }

        if (run.InputTokens + run.OutputTokens >= limits.Tokens)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{limits.Tokens} tokens");
        }

        // An agent that may make no calls is offered no tools; it has reached nothing.
        if (run.ToolCalls >= limits.ToolCalls && limits.ToolCalls > 0)
        {
            return ToolCalls(limits);
        }

        if (run.Loops.IsOver(limits))
        {
            return LoopWatch.Limit;
        }

        return run.ActiveUntil(clock.GetUtcNow()) >= limits.WallTime ? WallTime(limits) : null;
    }

    /// <summary>The limit that keeps a call from being made, or <see langword="null"/>.</summary>
    /// <param name="limits">The run's limits.</param>
    /// <param name="run">The run.</param>
    /// <param name="tool">What would be called.</param>
    /// <param name="bytesOut">How many bytes would leave.</param>
    public static string? Refusal(AgentLimits limits, RunState run, BoundTool tool, long bytesOut)
    {
        if (run.ToolCalls >= limits.ToolCalls)
        {
            return ToolCalls(limits);
        }

        if (limits.Tools.TryGetValue(tool.Tool.QualifiedName, out var calls) && run.Spent.CallsOf(tool.Tool.ModelName) >= calls)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{calls} {(calls == 1 ? "call" : "calls")} of '{tool.Tool.QualifiedName}'");
        }

        return limits.BytesOut is { } most && run.Spent.BytesOut + bytesOut > most
            ? string.Create(CultureInfo.InvariantCulture, $"{most} bytes sent out")
            : null;
    }

    public static string ToolCalls(AgentLimits limits) => string.Create(CultureInfo.InvariantCulture, $"{limits.ToolCalls} tool calls");

    public static string WallTime(AgentLimits limits) => string.Create(CultureInfo.InvariantCulture, $"{limits.WallTime.TotalSeconds:0.###} seconds of work");

    public static string ApprovalPrompts(AgentLimits limits) => string.Create(CultureInfo.InvariantCulture, $"{limits.ApprovalPrompts} approval prompts");
}
