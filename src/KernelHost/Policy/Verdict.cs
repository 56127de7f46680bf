namespace KernelHost.Policy;

/// <summary>What may happen to a proposed call. Combining takes the larger value, so nothing can loosen a stricter answer.</summary>
public enum Verdict
{
    /// <summary>It runs.</summary>
    Allow,

    /// <summary>It waits for a person.</summary>
    Ask,

    /// <summary>It does not run.</summary>
    Deny,
}
