using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite;
using Microsoft.Data.Sqlite;

namespace KernelHost.Tests.Memory.Sqlite;

/// <summary>A directory with the file of an embedded store.</summary>
internal sealed class SqliteDirectory : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public string File => Path.Combine(_directory.Path, "memory.db");

    public RecordStore Open() => OpenWith(new SqliteRecordStoreOptions());

    public SqliteRecordStore OpenWith(SqliteRecordStoreOptions options) => new(File, options);

    public long Count(string table) => (long)Scalar($"SELECT count(*) FROM {table}")!;

    public IReadOnlyList<string> Tables(string pattern) => ((string?)Scalar($"SELECT group_concat(name) FROM sqlite_master WHERE type = 'table' AND name LIKE '{pattern}'"))?.Split(',') ?? [];

    public object? Scalar(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of the tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar() is var value && value is DBNull ? null : value;
    }

    public void Dispose() => _directory.Dispose();
}
