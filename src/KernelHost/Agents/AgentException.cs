using KernelHost.Text;

namespace KernelHost.Agents;

/// <summary>An agent cannot be used: its file is wrong, or there is none of that name.</summary>
public sealed class AgentException : SourceException
{
    internal AgentException(string name, IReadOnlyList<SourceError> errors)
        : base(Format($"Agent '{name}'", errors), errors)
    {
    }

    internal AgentException(string message)
        : base(message, [])
    {
    }
}
