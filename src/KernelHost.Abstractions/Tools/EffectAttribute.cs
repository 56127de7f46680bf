namespace KernelHost;

/// <summary>Declares the effect of a <c>[KernelFunction]</c> method. A method without it counts as <see cref="ToolEffect.Once"/>.</summary>
/// <param name="effect">What the tool does to the world.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EffectAttribute(ToolEffect effect) : Attribute
{
    /// <summary>What the tool does to the world.</summary>
    public ToolEffect Effect { get; } = effect;

    /// <summary>Whether arguments leave the machine or organisation, as a message, an upload or the URL of a fetch does.</summary>
    /// <value><see langword="false"/></value>
    public bool Egress { get; set; }

    /// <summary>How far the text of a result may be trusted to hold no instructions.</summary>
    /// <value><see cref="Integrity.Untrusted"/></value>
    public Integrity ResultIntegrity { get; set; } = Integrity.Untrusted;
}
