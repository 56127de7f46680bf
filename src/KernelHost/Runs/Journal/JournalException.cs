namespace KernelHost.Runs.Journal;

/// <summary>The journal cannot be read or written. The message names the file and the cure.</summary>
public class JournalException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>Somebody else has appended to the session since it was read.</summary>
public sealed class JournalConflictException(string sessionId, Exception? innerException = null)
    : JournalException($"Session '{sessionId}' was continued by another process. Read it again and retry.", innerException);

/// <summary>Another process, or another call in this one, is running the session.</summary>
public sealed class SessionBusyException(string sessionId, string holder)
    : JournalException($"Session '{sessionId}' is being run by {holder}. Wait until that run ends or parks, then try again.");
