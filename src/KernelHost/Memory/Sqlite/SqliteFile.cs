using System.Collections.Concurrent;
using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

/// <summary>
/// The file of a store: opened on first use, one connection per concurrent caller, one writer at a time, every failure turned into a
/// <see cref="MemoryException"/>.
/// </summary>
internal sealed class SqliteFile(string path, SqliteRecordStoreOptions options) : IDisposable
{
    // Not the provider's pool: it is shared by the whole process and would keep the file open after this store is disposed.
    private readonly ConcurrentBag<SqliteConnection> _idle = [];

    // Writers of this process queue here, in order and without blocking; SQLite's own lock is polled, and is for other processes.
    private readonly SemaphoreSlim _writing = new(1, 1);
    private volatile bool _disposed;

    public string Path { get; } = path;

    public string Description => $"the file '{Path}'";

    public SqliteRecordStoreOptions Options { get; } = options;

    /// <summary>Runs <paramref name="work"/> on one unchanging state of the file.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        RefuseIfDisposed();
        return Task.Run(() => Use(work, isWrite: false), cancellationToken);
    }

    /// <summary>Runs <paramref name="work"/> in a transaction that is committed, durably, when it returns.</summary>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken)
    {
        RefuseIfDisposed();
        await _writing.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Use(work, isWrite: true), cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Writes the file anew, so that nothing is left in it, or in its log, of what was deleted.</summary>
    public async Task CompactAsync(CancellationToken cancellationToken)
    {
        RefuseIfDisposed();
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await Task.Run(
                () =>
                {
                    using var connection = Open();
                    SqliteStatement.RunScript(connection, "VACUUM");
                    SqliteStatement.Number(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
                },
                cancellationToken);
        }
        catch (SqliteException failure)
        {
            throw MemoryFailure.From(failure, Path, Options.BusyTimeout);
        }
        finally
        {
            _writing.Release();
        }
    }

    public MemoryException Damaged(string what, Exception? innerException = null) => new($"The memory file '{Path}' is damaged: {what} {MemoryFailure.Rebuild(Path)}", Path, innerException);

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    private void RefuseIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, typeof(SqliteRecordStore));

    private T Use<T>(Func<SqliteConnection, T> work, bool isWrite)
    {
        SqliteConnection? connection = null;
        try
        {
            if (!_idle.TryTake(out connection))
            {
                connection = Open();
            }

            T result;
            using (var transaction = connection.BeginTransaction(deferred: !isWrite))
            {
                result = work(connection);
                transaction.Commit();
            }

            GiveBack(connection);
            return result;
        }
        catch (Exception exception)
        {
            // Its state is unknown; a new one costs a millisecond.
            connection?.Dispose();
            switch (exception)
            {
                case SqliteException failure:
                    throw MemoryFailure.From(failure, Path, Options.BusyTimeout);
                case InvalidDataException:
                    throw Damaged(exception.Message, exception);
                default:
                    throw;
            }
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
            DefaultTimeout = Math.Max(1, (int)Options.BusyTimeout.TotalSeconds),
        }.ToString());
        try
        {
            connection.Open();
            SqliteStatement.RunScript(connection, FormattableString.Invariant(
                $"PRAGMA busy_timeout={(int)Options.BusyTimeout.TotalMilliseconds}; PRAGMA synchronous={(Options.SurvivesPowerCut ? "FULL" : "NORMAL")}; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384;"));
            FileSchema.Ensure(connection, Path);
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
                $"The directory of the memory file '{Path}' cannot be created: {exception.Message} Make it writable or configure another path.", Path, exception);
        }
    }
}
