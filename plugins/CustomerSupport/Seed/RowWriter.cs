using KernelHost.Plugins.CustomerSupport.Crm;
using Microsoft.Data.Sqlite;

namespace KernelHost.Plugins.CustomerSupport.Seed;

/// <summary>Inserts whole rows, each table by one statement that is compiled once: the first call of a tool waits for some 2,500 rows.</summary>
internal sealed class RowWriter(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _inserts = [];

    /// <summary>Inserts a row. The table is a name from this code, the values are in the order of its columns.</summary>
    public void Insert(string table, params ReadOnlySpan<object?> row)
    {
        if (!_inserts.TryGetValue(table, out var insert))
        {
            _inserts[table] = insert = Prepare(table, row.Length);
        }

        for (var i = 0; i < row.Length; i++)
        {
            insert.Parameters[i].Value = row[i] ?? DBNull.Value;
        }

        insert.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var insert in _inserts.Values)
        {
            insert.Dispose();
        }
    }

    private SqliteCommand Prepare(string table, int columns)
    {
        var names = Enumerable.Range(0, columns).Select(i => $"$c{i}").ToList();
        var insert = connection.Command($"INSERT INTO {table} VALUES ({string.Join(", ", names)})");
        names.ForEach(name => insert.Parameters.AddWithValue(name, DBNull.Value));
        return insert;
    }
}
