namespace KernelHost;

/// <summary>A question to a <see cref="Retriever"/>.</summary>
/// <param name="Text">What to look for, in natural language.</param>
public sealed record RetrievalQuery(string Text)
{
    /// <summary>How many passages to return at most.</summary>
    /// <value>5</value>
    public int Top { get; init; } = 5;

    /// <summary>On whose behalf it is asked. The host says so; nothing that a model wrote is in it.</summary>
    /// <value>Empty outside of a host.</value>
    public string Principal { get; init; } = "";

    /// <summary>The tenant of the principal, if it has one.</summary>
    public string? Tenant { get; init; }

    /// <summary>The groups that the principal belongs to.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The documents of the host's memory that the principal may see. It can be used only while the query is being served.</summary>
    public DocumentMemory Memory { get; init; } = DocumentMemory.None;
}
