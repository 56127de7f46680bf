namespace KernelHost;

/// <summary>
/// Marks the method that tells whether a call of a tool took effect. After a crash or a time-out the host asks it, instead of a person,
/// about a call that must not be repeated: a <see cref="ToolEffect.Once"/> or <see cref="ToolEffect.Compensable"/> tool. The method takes a
/// <see cref="ToolContext"/> with the key of the call in question, and any of the tool's own parameters by name; it returns an
/// <see cref="CallOutcome"/>, or a task of one, and changes nothing. No model sees it.
/// </summary>
/// <param name="tool">The tool's name, as it is offered: <c>issue_refund</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OutcomeOfAttribute(string tool) : Attribute
{
    /// <summary>The tool's name.</summary>
    public string Tool { get; } = tool;
}
