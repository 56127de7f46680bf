namespace KernelHost.Memory;

/// <summary>Memory could not do its work. The message names the file or collection and the cure.</summary>
public sealed class MemoryException : Exception
{
    /// <summary>Creates the failure. Stores outside of this assembly throw it too.</summary>
    /// <param name="message">What happened, to what, and the cure. Holds no secret.</param>
    /// <param name="path">The <see cref="Path"/>.</param>
    /// <param name="innerException">The failure below it.</param>
    public MemoryException(string message, string path, Exception? innerException = null)
        : base(message, innerException)
    {
        Path = path;
    }

    /// <summary>The index file, store or document directory that the failure is about.</summary>
    public string Path { get; }
}
