namespace KernelHost.Memory;

/// <summary>Memory could not do its work. The message names the file or collection and the cure.</summary>
public sealed class MemoryException : Exception
{
    internal MemoryException(string message, string path, Exception? innerException = null)
        : base(message, innerException)
    {
        Path = path;
    }

    /// <summary>The index file or document directory that the failure is about.</summary>
    public string Path { get; }
}
