namespace KernelHost.Runs;

/// <summary>Turns an agent's name into something that can run.</summary>
public abstract class AgentBinder
{
    /// <summary>Resolves the agent: its model, tools, retrievers, prompts and policy.</summary>
    /// <param name="agent">The agent's name.</param>
    /// <param name="cancellationToken">Cancels the preparation of documents.</param>
    /// <exception cref="KernelHost.Agents.AgentException">There is no such agent, or it names something that does not exist.</exception>
    public abstract ValueTask<BoundAgent> BindAsync(string agent, CancellationToken cancellationToken);
}
