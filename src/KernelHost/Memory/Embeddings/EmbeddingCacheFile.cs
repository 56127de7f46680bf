using KernelHost.Memory.Sqlite;
using KernelHost.Storage;
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
            used INTEGER NOT NULL,
            vector BLOB NOT NULL,
            PRIMARY KEY (model, hash)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS vectors_by_use ON vectors (used);
        """;

    // Forgotten at once, so that it is not done at each write.
    private const double ForgottenPart = 0.1;

    // A use is written down once a day: a read should not cost a write.
    private const long SecondsPerDay = 86_400;

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
            using var find = new SqliteStatement(connection, "SELECT vector, used FROM vectors WHERE model = ?1 AND hash = ?2");
            using var touch = new SqliteStatement(connection, "UPDATE vectors SET used = ?3 WHERE model = ?1 AND hash = ?2");
            for (var i = 0; i < hashes.Count; i++)
            {
                if (find.Bind(1, model).Bind(2, hashes[i]).Step() && find.Blob(0) is var blob && (dimensions is not { } length || blob.Length == length * sizeof(float)))
                {
                    var vector = new float[blob.Length / sizeof(float)];
                    VectorBlob.DecodeExactly(blob, vector);
                    found[i] = vector;
                    if (Now - find.Number(1) > SecondsPerDay)
                    {
                        touch.Bind(1, model).Bind(2, hashes[i]).Bind(3, Now).Execute();
                    }
                }

                find.Reset();
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
            // All of a model have one length, so that looking at one is enough.
            SqliteStatement.Run(connection,
                "DELETE FROM vectors WHERE model = ?1 AND (SELECT length(vector) FROM vectors WHERE model = ?1 LIMIT 1) <> ?2", model, vectors[0].Vector.Length * sizeof(float));
            using var insert = new SqliteStatement(connection, "INSERT OR REPLACE INTO vectors (model, hash, used, vector) VALUES (?1, ?2, ?3, ?4)");
            foreach (var (hash, vector) in vectors)
            {
                insert.Bind(1, model).Bind(2, hash).Bind(3, Now).Bind(4, VectorBlob.Bytes(vector.Span)).Execute();
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
            using var forget = new SqliteStatement(connection, "DELETE FROM vectors WHERE hash = ?1");
            var forgotten = hashes.Sum(hash => forget.Bind(1, hash).Execute());
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

    private long Now => timeProvider.GetUtcNow().ToUnixTimeSeconds();

    // What SQLite says is passed over here: a damaged, locked or full cache means to ask the model, as without one.
    private T Try<T>(Func<SqliteConnection, T> work, T otherwise)
    {
        lock (_lock)
        {
            try
            {
                return _disposed ? otherwise : work(Open());
            }
            catch (Exception exception) when (exception is SqliteException or InvalidDataException or IOException or UnauthorizedAccessException)
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
            SqliteStatement.RunScript(connection, Schema);
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
        if (SqliteStatement.Number(connection, "SELECT (p.page_count - f.freelist_count) * s.page_size FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s") > maxBytes)
        {
            SqliteStatement.Run(connection,
                "DELETE FROM vectors WHERE (model, hash) IN (SELECT model, hash FROM vectors ORDER BY used, model, hash LIMIT (SELECT max(1, CAST(count(*) * ?1 AS INTEGER)) FROM vectors))",
                ForgottenPart);
        }
    }
}
