using KernelHost.Text;

namespace KernelHost.Agents;

/// <summary>Checks the names of other agents in an agent's definition.</summary>
internal static class AgentLinkCheck
{
    public static void Validate(AgentDefinition agent, IReadOnlyCollection<string>? agents, SourceErrors errors)
    {
        Check(agent, "agents", agent.Agents, agents, errors);
        Check(agent, "handOver", agent.HandOver, agents, errors);
    }

    private static void Check(AgentDefinition agent, string field, IReadOnlyList<string> names, IReadOnlyCollection<string>? agents, SourceErrors errors)
    {
        foreach (var name in names)
        {
            var (line, column) = agent.Places.Find(field, name);
            if (name == agent.Name)
            {
                errors.Add(line, column, $"The agent '{name}' names itself in '{field}'. It has what it has already; take it out.");
            }
            else if (agents?.Contains(name) == false)
            {
                errors.Add(line, column, $"There is no agent '{VisibleText.Escape(name)}'.{NearestName.Hint(name, agents)} List the agents with 'kernelhost agent list'.");
            }
        }
    }
}
