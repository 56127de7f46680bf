using KernelHost.Storage;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KernelHost.Runs.Journal;

/// <summary>Commits groups of appends on the connection that writes. Not thread-safe.</summary>
internal sealed class SqliteEventWriter : IDisposable
{
    private const int Constraint = 19;
    private const int KnownHeads = 10_000;

    private readonly SqliteJournalFile _file;
    private readonly SqliteCheckpoint _checkpoint;
    private readonly SqliteEventRows _rows;
    private readonly SqliteRunRows _runs;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly Dictionary<string, (long Sequence, byte[] Hash)> _heads = new(StringComparer.Ordinal);
    private readonly List<byte[]> _hashes = [];
    private readonly Lock _gate = new();
    private bool _disposed;

    public SqliteEventWriter(SqliteJournalFile file)
    {
        _file = file;
        _checkpoint = new SqliteCheckpoint(file.Connection);
        SqliteJournalSchema.Execute(file.Connection, "PRAGMA wal_autocheckpoint=0;");
        _rows = new SqliteEventRows(file.Connection);
        _runs = new SqliteRunRows(file.Connection);
        _begin = new SqliteStatement(file.Connection, "BEGIN IMMEDIATE");
        _commit = new SqliteStatement(file.Connection, "COMMIT");
    }

    /// <summary>Snapshots that wait for the next commit.</summary>
    public SqliteSnapshots Snapshots { get; } = new();

    /// <summary>Commits the group in one transaction and tells each caller how its own append ended.</summary>
    public void Commit(IReadOnlyList<PendingAppend> group)
    {
        // Callers come one at a time; the lock is for the one who disposes as soon as the last append has been completed.
        lock (_gate)
        {
            if (_disposed)
            {
                Complete(group, new ObjectDisposedException(nameof(SqliteJournal)));
                return;
            }

            CommitGroup(group);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                Snapshots.WriteLast(_file.Connection);
            }

            _disposed = true;
            _rows.Dispose();
            _runs.Dispose();
            _begin.Dispose();
            _commit.Dispose();
        }
    }

    private void CommitGroup(IReadOnlyList<PendingAppend> group)
    {
        try
        {
            _file.Run(_ => Write(group));
        }
        catch (Exception exception) when (group.Count > 1 && ConcernsOne(exception))
        {
            // One of them is bad and has undone the others with it. By itself each gets what it deserves.
            foreach (var append in group)
            {
                CommitGroup([append]);
            }

            return;
        }
#pragma warning disable CA1031 // Whatever it is, it belongs to the callers that wait for it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Complete(group, exception);
            return;
        }

        Complete(group, null);
        _checkpoint.AfterCommit(group);
    }

    // A full disk or a lock concerns every append of the group; anything else is the fault of one of them.
    private static bool ConcernsOne(Exception exception) => exception.InnerException is not SqliteException { SqliteErrorCode: not Constraint };

    private static void Complete(IReadOnlyList<PendingAppend> group, Exception? failure)
    {
        for (var i = 0; i < group.Count; i++)
        {
            group[i].Complete(failure);
        }
    }

    private bool Write(IReadOnlyList<PendingAppend> group)
    {
        if (_heads.Count > KnownHeads)
        {
            _heads.Clear();
        }

        _begin.Execute();
        try
        {
            for (var i = 0; i < group.Count; i++)
            {
                group[i].Refusal = Write(group[i]);
            }

            Snapshots.Write(_file.Connection);
            _commit.Execute();
            return true;
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    private Exception? Write(PendingAppend append)
    {
        if (append.CancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException(append.CancellationToken);
        }

        if (!TryTakeHead(append, out var head))
        {
            return new JournalConflictException(append.SessionId);
        }

        for (var i = 0; i < append.Stored.Length; i++)
        {
            var (stored, contents) = append.Stored[i];
            _rows.Insert(append.SessionId, append.ExpectedSequence + i + 1, _hashes[i], stored, contents);
            SqliteProjection.Apply(_file.Connection, _runs, append.SessionId, append.Events[i]);
        }

        _heads[append.SessionId] = head;
        return null;
    }

    // Sets the session's head to where it will be after the append, and the hashes of its events. The head as this process left it is
    // tried without looking; whether it still is there the same statement tells.
    private bool TryTakeHead(PendingAppend append, out (long Sequence, byte[] Hash) head)
    {
        if (_heads.TryGetValue(append.SessionId, out var last) && last.Sequence == append.ExpectedSequence)
        {
            head = Next(append, last.Hash);
            if (_rows.TryMoveHead(append.SessionId, last, head))
            {
                return true;
            }
        }

        last = _rows.Head(append.SessionId);
        head = last;
        if (last.Sequence != append.ExpectedSequence)
        {
            return false;
        }

        head = Next(append, last.Hash);
        _rows.SaveHead(append.SessionId, head.Sequence, head.Hash);
        return true;
    }

    private (long Sequence, byte[] Hash) Next(PendingAppend append, byte[] hash)
    {
        _hashes.Clear();
        for (var i = 0; i < append.Stored.Length; i++)
        {
            hash = _rows.Hash(append.SessionId, append.ExpectedSequence + i + 1, hash, append.Stored[i].Event);
            _hashes.Add(hash);
        }

        return (append.ExpectedSequence + append.Stored.Length, hash);
    }

    // Some errors, a full disk among them, have already rolled back; doing it again would hide the first error behind a second.
    private void RollBack()
    {
        _heads.Clear();
        if (raw.sqlite3_get_autocommit(_file.Connection.Handle) == 0)
        {
            SqliteJournalSchema.Execute(_file.Connection, "ROLLBACK");
        }
    }
}
