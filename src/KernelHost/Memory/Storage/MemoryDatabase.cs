using System.Collections.Concurrent;
using KernelHost.Memory.Sqlite;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Storage;

/// <summary>The index file: opened on first use, one connection per concurrent caller, every failure turned into a <see cref="MemoryException"/>.</summary>
internal sealed class MemoryDatabase(string path, TimeSpan busyTimeout) : IDisposable
{
    // Not the provider's pool: it is shared by the whole process and would keep the file open after this store is disposed.
    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private volatile bool _disposed;

    public string Path { get; } = path;

    /// <summary>Runs <paramref name="work"/> on a connection of its own.</summary>
    public T Use<T>(Func<SqliteConnection, T> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(MemoryStore));
        SqliteConnection? connection = null;
        try
        {
            if (!_idle.TryTake(out connection))
            {
                connection = Open();
            }

            var result = work(connection);
            GiveBack(connection);
            return result;
        }
        catch (SqliteException exception)
        {
            connection?.Dispose();
            throw MemoryFailure.From(exception, Path, busyTimeout);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>Runs <paramref name="work"/> on one unchanging state of the file.</summary>
    public T Read<T>(Func<SqliteConnection, T> work) => Use(connection =>
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        return work(connection);
    });

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    private void GiveBack(SqliteConnection connection)
    {
        _idle.Add(connection);
        if (_disposed)
        {
            Dispose();
        }
    }

    private SqliteConnection Open()
    {
        CreateDirectory();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Pooling = false,
            // Whole seconds, and 0 would mean for ever.
            DefaultTimeout = Math.Max(1, (int)busyTimeout.TotalSeconds),
        }.ToString());
        try
        {
            connection.Open();
            // NORMAL may lose the last commits on power loss, never the file's consistency; the documents are still there to ingest again.
            Statement.Run(connection, FormattableString.Invariant(
                $"PRAGMA busy_timeout={(int)busyTimeout.TotalMilliseconds}; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"));
            MemorySchema.Ensure(connection, Path);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void CreateDirectory()
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MemoryException(
                $"The directory of the memory index '{Path}' cannot be created: {exception.Message} Make it writable or configure another path.", Path, exception);
        }
    }
}
