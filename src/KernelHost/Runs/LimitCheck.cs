using System.Globalization;
using KernelHost.Agents;
using KernelHost.Runs.State;

namespace KernelHost.Runs;

/// <summary>Tells which limit a run has reached, in words for people and for the model.</summary>
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

        return run.ActiveUntil(clock.GetUtcNow()) >= limits.WallTime ? WallTime(limits) : null;
    }

    public static string ToolCalls(AgentLimits limits) => string.Create(CultureInfo.InvariantCulture, $"{limits.ToolCalls} tool calls");

    public static string WallTime(AgentLimits limits) => string.Create(CultureInfo.InvariantCulture, $"{limits.WallTime.TotalSeconds:0.###} seconds of work");
}
