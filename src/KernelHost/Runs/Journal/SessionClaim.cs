using System.Globalization;

namespace KernelHost.Runs.Journal;

/// <summary>A file lock that says "this process runs that session". The operating system releases it when the process dies.</summary>
internal sealed class SessionClaim : IDisposable
{
    // EWOULDBLOCK on Linux and on macOS, ERROR_SHARING_VIOLATION on Windows.
    private static readonly int[] SharingViolations = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _file;
    private readonly string _path;

    private SessionClaim(FileStream file, string path)
    {
        _file = file;
        _path = path;
    }

    public static SessionClaim Take(string directory, string sessionId)
    {
        var path = Path.Combine(directory, sessionId + ".lock");
        return Open(path, sessionId);
    }

    // Deleting a lock file leaves a tiny window in which two processes hold locks on two files of one name. The journal's expected
    // sequence fences that off: the slower one loses at its first append, before any effect.
    public void Dispose()
    {
        try
        {
            File.Delete(_path + ".pid");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What stays behind is a stale hint; the next holder writes it anew.
        }
        finally
        {
            _file.Dispose();
        }
    }

    private static SessionClaim Open(string path, string sessionId)
    {
        try
        {
            // The holder's process id is readable while the lock is held: FileShare.Read would let a second writer in, so it stands in a file beside it.
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            var claim = new SessionClaim(file, path);
            claim.NameHolder();
            return claim;
        }
        catch (IOException exception) when (SharingViolations.Contains(exception.HResult) || File.Exists(path)) // It may be let go and gone by now.
        {
            throw new SessionBusyException(sessionId, Holder(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new JournalException($"The lock file '{path}' cannot be written ({exception.Message}). Make the data directory writable for this user.", exception);
        }
    }

    // The id stands in a link's target, which is part of its directory entry: a file's content would be the dearest part of a claim.
    private void NameHolder()
    {
        var id = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                // Where a link needs a privilege.
                File.WriteAllText(_path + ".pid", id);
                return;
            }

            // What a killed process left behind.
            File.Delete(_path + ".pid");
            File.CreateSymbolicLink(_path + ".pid", id);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The lock is held all the same; only the message to a second process is poorer.
        }
    }

    private static string Holder(string path)
    {
        try
        {
            var id = OperatingSystem.IsWindows() ? File.ReadAllText(path + ".pid") : new FileInfo(path + ".pid").LinkTarget;
            return id is null ? "another process" : $"process {id}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }
}
