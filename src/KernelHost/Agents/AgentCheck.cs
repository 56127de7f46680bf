using KernelHost.Catalog;
using KernelHost.Text;

namespace KernelHost.Agents;

/// <summary>Checks the names in an agent's definition against what a host really offers.</summary>
public static class AgentCheck
{
    /// <summary>Finds every name that means nothing. A pattern must mean something too, or the agent silently has less than it says.</summary>
    /// <param name="agent">The definition.</param>
    /// <param name="tools">All tools of the catalog.</param>
    /// <param name="retrievers">The qualified names of all retrievers, for example <c>customer-support/help-center</c>.</param>
    /// <param name="prompts">The qualified names of all prompt templates.</param>
    /// <param name="models">The names in <c>KernelHost:Models</c>.</param>
    /// <param name="agents">The names of all agents; <see langword="null"/> leaves the agents it asks unchecked.</param>
    /// <returns>All errors in the order of the file; empty when the agent can run.</returns>
    public static IReadOnlyList<SourceError> Validate(
        AgentDefinition agent,
        IReadOnlyCollection<Tool> tools,
        IReadOnlyCollection<string> retrievers,
        IReadOnlyCollection<string> prompts,
        IReadOnlyCollection<string> models,
        IReadOnlyCollection<string>? agents = null)
    {
        ArgumentNullException.ThrowIfNull(agent);
        ArgumentNullException.ThrowIfNull(tools);
        var errors = new SourceErrors(agent.SourcePath);
        Check(agent, "tools", "tool", agent.Tools, [.. tools.Select(tool => tool.QualifiedName)], errors);
        Check(agent, "retrievers", "retriever", agent.Retrievers, retrievers, errors);
        Check(agent, "prompts", "prompt", agent.Prompts, prompts, errors);
        AgentLinkCheck.Validate(agent, agents, errors);
        AgentModelCheck.Validate(agent, models, errors);
        if (agent.Policy is { } policy && !File.Exists(policy))
        {
            var (line, column) = agent.Places.Find("policy", "");
            errors.Add(line, column, $"The policy file '{policy}' does not exist. The path is relative to the agent's file.");
        }

        return errors.Sorted();
    }

    private static void Check(AgentDefinition agent, string field, string kind, IReadOnlyList<string> patterns, IReadOnlyCollection<string> names, SourceErrors errors)
    {
        foreach (var pattern in patterns)
        {
            if (NamePattern.Explain(kind, pattern, names) is { } problem)
            {
                var (line, column) = agent.Places.Find(field, pattern);
                errors.Add(line, column, problem);
            }
        }
    }
}
