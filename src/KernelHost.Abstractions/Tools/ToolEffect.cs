namespace KernelHost;

/// <summary>What a tool does to the world, and so what the host may do after a crash or a transient fault.</summary>
public enum ToolEffect
{
    /// <summary>Changes nothing. May be repeated freely.</summary>
    Read,

    /// <summary>Changes something, and doing it twice is the same as doing it once.</summary>
    Idempotent,

    /// <summary>May be repeated with the same <see cref="ToolContext.IdempotencyKey"/>, which the tool honours.</summary>
    Keyed,

    /// <summary>Must never be repeated: after a crash with an unknown outcome a human decides. The effect of a tool that declares none.</summary>
    Once,

    /// <summary>As <see cref="Once"/>, and the plugin offers a way to undo it: a method with <see cref="CompensationOfAttribute"/>.</summary>
    Compensable,
}
