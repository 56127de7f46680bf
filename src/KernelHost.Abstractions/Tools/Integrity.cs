namespace KernelHost;

/// <summary>How far content may be trusted to hold no instructions of an attacker. Joining takes the larger value.</summary>
public enum Integrity
{
    /// <summary>Written by the host, the developer or the authenticated user.</summary>
    Trusted,

    /// <summary>From elsewhere, but validated into a domain that cannot carry an instruction: a number, a date, an enum member.</summary>
    Typed,

    /// <summary>Everything else.</summary>
    Untrusted,
}
