namespace KernelHost.Loading;

/// <summary>How the host hands the context of a call to a tool.</summary>
public static class ToolInvocation
{
    /// <summary>
    /// The reserved entry of <c>KernelArguments</c> that holds the <see cref="ToolContext"/>. It cannot be a parameter's name, and a model
    /// cannot send it because arguments are checked against the tool's schema.
    /// </summary>
    public const string ContextKey = "$toolContext";
}
