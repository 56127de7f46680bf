namespace KernelHost.Memory.Recall;

/// <summary>Who shares what an agent remembers. Nothing is shared beyond a tenant.</summary>
public enum MemoryScope
{
    /// <summary>One principal, with every agent that may use this scope.</summary>
    User,

    /// <summary>One conversation.</summary>
    Session,

    /// <summary>Everybody who talks to one agent.</summary>
    Agent,

    /// <summary>Everybody of one tenant.</summary>
    Tenant,
}
