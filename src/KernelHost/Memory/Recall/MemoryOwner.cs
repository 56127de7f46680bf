namespace KernelHost.Memory.Recall;

/// <summary>Who remembers: the host fills it from the run, so that nobody can remember or recall in another's name.</summary>
/// <param name="Principal">On whose behalf the agent works.</param>
/// <param name="SessionId">The conversation.</param>
/// <param name="Agent">The agent.</param>
/// <param name="Tenant">The principal's tenant; <see langword="null"/> when it has none.</param>
public sealed record MemoryOwner(string Principal, string SessionId, string Agent, string? Tenant)
{
    // A field that separates tenants needs a value; no tenant may have this name.
    internal const string NoTenant = ".";

    internal string Partition => Tenant == NoTenant ? throw new ArgumentException($"'{NoTenant}' is no name for a tenant.") : Tenant ?? NoTenant;

    /// <summary>The one that the memories of a scope belong to; <see langword="null"/> for the tenant of a principal that has none.</summary>
    public string? Of(MemoryScope scope) => scope switch
    {
        MemoryScope.User => Principal,
        MemoryScope.Session => SessionId,
        MemoryScope.Agent => Agent,
        MemoryScope.Tenant => Tenant,
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, message: null),
    };
}
