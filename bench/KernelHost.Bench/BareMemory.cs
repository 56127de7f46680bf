using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace KernelHost.Bench;

/// <summary>
/// The least that keeps chunks in SQLite: a table of texts, one of vectors, and FTS5 over the texts with its own stemmer, in one transaction, as durable as ours. It has no fields,
/// no tenants, no filters, no log of changes, cannot replace a record, and ranks by words that no other store shares.
/// </summary>
internal sealed class BareMemory : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly List<float[]> _vectors = [];
    private long _next = 1;
    private float[] _flat = [];

    public BareMemory(string path)
    {
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        _connection.Open();
        Run("PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY;"
            + "CREATE TABLE chunks (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, text TEXT NOT NULL);"
            + "CREATE TABLE vectors (id INTEGER PRIMARY KEY, vector BLOB NOT NULL);"
            + "CREATE VIRTUAL TABLE words USING fts5(text, content='', contentless_delete=1, tokenize='porter unicode61')");
    }

    public void Insert(IReadOnlyList<(string Key, string Text, float[] Vector)> chunks)
    {
        using var transaction = _connection.BeginTransaction();
        using var chunk = Command("INSERT INTO chunks VALUES ($1, $2, $3)", 3);
        using var vector = Command("INSERT INTO vectors VALUES ($1, $2)", 2);
        using var words = Command("INSERT INTO words (rowid, text) VALUES ($1, $2)", 2);
        foreach (var one in chunks)
        {
            Run(chunk, _next, one.Key, one.Text);
            Run(vector, _next, MemoryMarshal.AsBytes(one.Vector.AsSpan()).ToArray());
            Run(words, _next, one.Text);
            _vectors.Add(one.Vector);
            _next++;
        }

        transaction.Commit();
    }

    /// <summary>The best by words, and the sum of their ids so that nothing is left out.</summary>
    public List<long> Words(string question, int top)
    {
        using var command = Command("SELECT rowid FROM words WHERE words MATCH $1 ORDER BY rank LIMIT $2", 2);
        command.Parameters[0].Value = string.Join(" OR ", question.Split(' ').Select(static word => $"\"{word}\""));
        command.Parameters[1].Value = top;
        using var reader = command.ExecuteReader();
        List<long> found = [];
        while (reader.Read())
        {
            found.Add(reader.GetInt64(0));
        }

        return found;
    }

    /// <summary>The nearest by a loop over all vectors, side by side in memory.</summary>
    public List<(float Score, int Chunk)> Scan(float[] query, int top)
    {
        if (_flat.Length == 0)
        {
            _flat = [.. _vectors.SelectMany(static vector => vector)];
        }

        var best = new PriorityQueue<int, float>();
        var least = float.NegativeInfinity;
        for (var i = 0; i < _vectors.Count; i++)
        {
            var score = TensorPrimitives.Dot<float>(_flat.AsSpan(i * query.Length, query.Length), query);
            if (score > least || best.Count < top)
            {
                if (best.Count < top)
                {
                    best.Enqueue(i, score);
                }
                else
                {
                    best.DequeueEnqueue(i, score);
                }

                least = best.Count == top && best.TryPeek(out _, out var lowest) ? lowest : least;
            }
        }

        List<(float, int)> found = [];
        while (best.TryDequeue(out var chunk, out var score))
        {
            found.Add((score, chunk));
        }

        return found;
    }

    public void Dispose() => _connection.Dispose();

    private static void Run(SqliteCommand command, params object[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    private void Run(string sql)
    {
        using var command = Command(sql, 0);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, int parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 1; i <= parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        }

        return command;
    }
}
