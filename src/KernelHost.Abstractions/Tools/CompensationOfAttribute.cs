namespace KernelHost;

/// <summary>
/// Marks the method that undoes a call of a tool, when a person orders it. Every <see cref="ToolEffect.Compensable"/> tool needs one, and no
/// other may have one. The method takes a <see cref="ToolContext"/> with the key of the call it undoes, any of the tool's own parameters by
/// name and type, and <c>result</c>, what the call returned; it returns what was done, in the shape a tool returns results. It must be
/// idempotent by the key: after a crash or a failure it may be invoked again for the same call. No model sees it.
/// </summary>
/// <param name="tool">The tool's name, as it is offered: <c>book_room</c>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CompensationOfAttribute(string tool) : Attribute
{
    /// <summary>The tool's name.</summary>
    public string Tool { get; } = tool;
}
