namespace KernelHost;

/// <summary>A question to a <see cref="Retriever"/>.</summary>
/// <param name="Text">What to look for, in natural language.</param>
public sealed record RetrievalQuery(string Text)
{
    /// <summary>How many passages to return at most.</summary>
    /// <value>5</value>
    public int Top { get; init; } = 5;
}
