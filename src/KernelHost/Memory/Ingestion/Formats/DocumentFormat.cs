namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>Turns the bytes of a document into text with the structure that its format has. Safe for concurrent calls.</summary>
internal abstract class DocumentFormat
{
    /// <summary>The name for people.</summary>
    public abstract string Name { get; }

    /// <summary>The extensions that promise this format, with their dot, in lower case.</summary>
    public abstract IReadOnlyList<string> Extensions { get; }

    /// <summary>Whether its bytes are text. Other formats are known by their first bytes.</summary>
    public virtual bool IsText => true;

    /// <summary>Reads a document. Nothing in it is trusted.</summary>
    /// <exception cref="DocumentRefusedException">It cannot be taken up, or only by going beyond a limit.</exception>
    /// <exception cref="OperationCanceledException">Its time is up.</exception>
    public abstract ParsedDocument Read(DocumentInput input);
}

/// <summary>A document is not taken up. The message is a sentence for the report.</summary>
internal sealed class DocumentRefusedException(string message, Exception? innerException = null) : Exception(message, innerException);
