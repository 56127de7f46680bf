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

    /// <summary>
    /// How long a call may take, in seconds, from 1 to 86,400. Then the tool's <see cref="CancellationToken"/> is cancelled, and a tool
    /// that does not come back soon after is left alone: a run does not wait for it.
    /// </summary>
    /// <value>0: what the host allows a tool that declares nothing.</value>
    public int TimeoutSeconds { get; set; }
}
