namespace KernelHost;

/// <summary>What an argument of a tool decides.</summary>
public enum ArgumentRole
{
    /// <summary>Who, where, which or how much. The role of an argument that declares none.</summary>
    Control,

    /// <summary>What is said or stored: text that only fills the action.</summary>
    Payload,

    /// <summary>A reference to data that has its own label.</summary>
    PayloadRef,

    /// <summary>Without influence on the effect: a page size, a sort order.</summary>
    Inert,
}
