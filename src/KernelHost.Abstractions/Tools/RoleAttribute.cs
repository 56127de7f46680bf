namespace KernelHost;

/// <summary>Declares the role of a tool's parameter. A parameter without it counts as <see cref="ArgumentRole.Control"/>.</summary>
/// <param name="role">What the argument decides.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class RoleAttribute(ArgumentRole role) : Attribute
{
    /// <summary>What the argument decides.</summary>
    public ArgumentRole Role { get; } = role;
}
