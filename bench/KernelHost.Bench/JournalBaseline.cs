using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace KernelHost.Bench;

/// <summary>The least that a durable append can be: a kilobyte at the end of a file and a sync of its data.</summary>
internal sealed class SyncedFile(string directory) : IDisposable
{
    private readonly SafeFileHandle _file = File.OpenHandle(Path.Combine(directory, "floor"), FileMode.Create, FileAccess.Write);
    private readonly byte[] _event = new byte[JournalBenchmark.EventBytes];
    private long _length;

    public void Append()
    {
        RandomAccess.Write(_file, _event, _length);
        _length += _event.Length;
        RandomAccess.FlushToDisk(_file);
    }

    public void Dispose() => _file.Dispose();
}

/// <summary>SQLite as durable as the journal (WAL, <c>synchronous=FULL</c>) with one table of the same key and nothing else: no hash, no lists, no checks.</summary>
internal sealed class BareSqlite : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _commit;
    private readonly byte[] _event = new byte[JournalBenchmark.EventBytes];

    public BareSqlite(string directory)
    {
        _connection = new SqliteConnection($"Data Source={Path.Combine(directory, "bare.db")};Pooling=False");
        _connection.Open();
        using var create = Command("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4096; CREATE TABLE events (session_id TEXT NOT NULL, seq INTEGER NOT NULL, payload BLOB NOT NULL, UNIQUE (session_id, seq))");
        create.ExecuteNonQuery();
        _begin = Command("BEGIN IMMEDIATE");
        _commit = Command("COMMIT");
        _insert = Command("INSERT INTO events (session_id, seq, payload) VALUES ($session, $seq, $payload)");
        _insert.Parameters.Add(new SqliteParameter { ParameterName = "$session" });
        _insert.Parameters.Add(new SqliteParameter { ParameterName = "$seq" });
        _insert.Parameters.Add(new SqliteParameter { ParameterName = "$payload", Value = _event });
        Random.Shared.NextBytes(_event);
    }

    public void Append(IReadOnlyList<(string Session, long Sequence)> group)
    {
        _begin.ExecuteNonQuery();
        foreach (var (session, sequence) in group)
        {
            _insert.Parameters[0].Value = session;
            _insert.Parameters[1].Value = sequence;
            _insert.ExecuteNonQuery();
        }

        _commit.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _begin.Dispose();
        _insert.Dispose();
        _commit.Dispose();
        _connection.Dispose();
    }

    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }
}

/// <summary>The usual group commit over bare SQLite: a channel, and one thread that commits whatever has arrived.</summary>
internal sealed class BareGroupCommit : IAsyncDisposable
{
    private readonly System.Threading.Channels.Channel<(string Session, long Sequence, TaskCompletionSource Done)> _arrivals =
        System.Threading.Channels.Channel.CreateUnbounded<(string, long, TaskCompletionSource)>(new() { SingleReader = true });

    private readonly Task _writer;

    public BareGroupCommit(BareSqlite sqlite) => _writer = Task.Factory.StartNew(() => Write(sqlite), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public Task AppendAsync(string session, long sequence)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _arrivals.Writer.TryWrite((session, sequence, done));
        return done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _arrivals.Writer.Complete();
        await _writer;
    }

    private void Write(BareSqlite sqlite)
    {
        List<(string, long)> group = [];
        List<TaskCompletionSource> waiting = [];
        while (_arrivals.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_arrivals.Reader.TryRead(out var arrival))
            {
                group.Add((arrival.Session, arrival.Sequence));
                waiting.Add(arrival.Done);
            }

            sqlite.Append(group);
            waiting.ForEach(done => done.SetResult());
            group.Clear();
            waiting.Clear();
        }
    }
}
