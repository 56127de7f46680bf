using System.Globalization;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

/// <summary>Says in plain words what SQLite's result codes mean for the index file, and what to do.</summary>
internal static class MemoryFailure
{
    // Result codes: https://www.sqlite.org/rescode.html
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    /// <summary>The cure for every index that cannot be used as it is: nothing in it exists only there.</summary>
    public static string Rebuild(string path) =>
        $"Nothing is lost: stop the hosts that use it, delete '{path}' (and '{path}-wal', '{path}-shm' if they exist), and it is built anew from the documents on the next start.";

    public static MemoryException From(SqliteException exception, string path, TimeSpan busyTimeout) => new(
        exception.SqliteErrorCode switch
        {
            Busy or Locked => string.Create(CultureInfo.InvariantCulture,
                $"The memory index '{path}' stayed locked by another process for {busyTimeout.TotalSeconds:0.#} seconds. Wait until that process has finished, or stop it, and try again."),
            ReadOnly => $"The memory index '{path}' is read-only. Give this user write permission on the file and its directory, or configure another path.",
            Corrupt => $"The memory index '{path}' is damaged. {Rebuild(path)}",
            NotADatabase => $"The file '{path}' is not a memory index, or it is damaged. If it is something else, configure another path. {Rebuild(path)}",
            Full => $"The disk is full: the memory index '{path}' could not grow. Free some space and try again; what was in the index is still there.",
            CannotOpen => $"The memory index '{path}' cannot be opened. Make sure that the path is a file in a writable directory, or configure another path.",
            InputOutput => $"Reading or writing the memory index '{path}' failed: {exception.Message} Check the disk and try again.",
            _ => $"The memory index '{path}' failed: {exception.Message} {Rebuild(path)}",
        },
        path,
        exception);
}
