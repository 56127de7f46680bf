using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Embeddings;

/// <summary>The file of an <see cref="EmbeddingCache"/>. One connection, used by one caller at a time: a call lasts far shorter than the model's.</summary>
internal sealed class EmbeddingCacheFile(string path, long maxBytes, TimeProvider timeProvider) : IDisposable
{
    private const string Schema =
        """
        PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
        CREATE TABLE IF NOT EXISTS vectors (
            model TEXT NOT NULL,
            hash BLOB NOT NULL,
            day INTEGER NOT NULL,
            vector BLOB NOT NULL,
            PRIMARY KEY (model, hash)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS vectors_by_day ON vectors (day);
        """;

    // Forgotten at once, so that it is not done at each write.
    private const double ForgottenPart = 0.1;

    private readonly Lock _lock = new();
    private SqliteConnection? _connection;
    private bool _disposed;

    public string Path => path;

    /// <summary>The vector of each hash, where there is one.</summary>
    public float[]?[] Find(string model, IReadOnlyList<byte[]> hashes, int? dimensions) => Try(
        connection =>
        {
            var found = new float[]?[hashes.Count];
            using var transaction = connection.BeginTransaction();
            using var find = Command(connection, "SELECT vector, day FROM vectors WHERE model = $1 AND hash = $2");
            using var touch = Command(connection, "UPDATE vectors SET day = $3 WHERE model = $1 AND hash = $2");
            for (var i = 0; i < hashes.Count; i++)
            {
                using var reader = Bind(find, model, hashes[i]).ExecuteReader();
                if (!reader.Read() || (dimensions is { } length && reader.GetFieldValue<byte[]>(0).Length != length * sizeof(float)))
                {
                    continue;
                }

                found[i] = MemoryMarshal.Cast<byte, float>(reader.GetFieldValue<byte[]>(0)).ToArray();
                if (reader.GetInt64(1) != Today)
                {
                    Bind(touch, model, hashes[i], Today).ExecuteNonQuery();
                }
            }

            transaction.Commit();
            return found;
        },
        new float[]?[hashes.Count]);

    /// <summary>Keeps vectors. Those of the model that have another length are forgotten: they were made under another setting.</summary>
    public void Add(string model, IReadOnlyList<(byte[] Hash, ReadOnlyMemory<float> Vector)> vectors) => Try(
        connection =>
        {
            using var transaction = connection.BeginTransaction();
            using var forget = Command(connection, "DELETE FROM vectors WHERE model = $1 AND length(vector) <> $2 AND EXISTS (SELECT 1 FROM (SELECT vector FROM vectors WHERE model = $1 LIMIT 1) WHERE length(vector) <> $2)");
            Bind(forget, model, vectors[0].Vector.Length * sizeof(float)).ExecuteNonQuery();
            using var insert = Command(connection, "INSERT OR REPLACE INTO vectors (model, hash, day, vector) VALUES ($1, $2, $3, $4)");
            foreach (var (hash, vector) in vectors)
            {
                Bind(insert, model, hash, Today, MemoryMarshal.AsBytes(vector.Span).ToArray()).ExecuteNonQuery();
            }

            transaction.Commit();
            Bound(connection);
            return true;
        },
        false);

    public int Forget(IReadOnlyList<byte[]> hashes)
    {
        lock (_lock)
        {
            if (!File.Exists(path))
            {
                return 0;
            }

            var connection = Open();
            using var transaction = connection.BeginTransaction();
            using var forget = Command(connection, "DELETE FROM vectors WHERE hash = $1");
            var forgotten = hashes.Sum(hash => Bind(forget, hash).ExecuteNonQuery());
            transaction.Commit();
            return forgotten;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _connection?.Dispose();
            _connection = null;
        }
    }

    private long Today => timeProvider.GetUtcNow().ToUnixTimeSeconds() / 86400;

    // What SQLite says is passed over here: a damaged, locked or full cache means to ask the model, as without one.
    private T Try<T>(Func<SqliteConnection, T> work, T otherwise)
    {
        lock (_lock)
        {
            try
            {
                return _disposed ? otherwise : work(Open());
            }
            catch (Exception exception) when (exception is SqliteException or IOException or UnauthorizedAccessException)
            {
                return otherwise;
            }
        }
    }

    private SqliteConnection Open()
    {
        if (_connection is not null)
        {
            return _connection;
        }

        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            connection.Open();
            using var schema = Command(connection, Schema);
            schema.ExecuteNonQuery();
            return _connection = connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Bound(SqliteConnection connection)
    {
        using var size = Command(connection, "SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s");
        if ((long)size.ExecuteScalar()! > maxBytes)
        {
            using var forget = Command(connection,
                "DELETE FROM vectors WHERE (model, hash) IN (SELECT model, hash FROM vectors ORDER BY day, model, hash LIMIT (SELECT max(1, CAST(count(*) * $1 AS INTEGER)) FROM vectors))");
            Bind(forget, ForgottenPart).ExecuteNonQuery();
        }
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private static SqliteCommand Bind(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        command.Parameters.Clear();
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"${i + 1}", values[i]);
        }

        return command;
    }
}
