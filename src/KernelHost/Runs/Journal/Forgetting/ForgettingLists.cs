using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal.Forgetting;

/// <summary>Takes text out of the lists that commands show, whatever columns they have.</summary>
internal sealed class ForgettingLists(SqliteConnection connection, TextEraser eraser)
{
    private static readonly string[] Tables = ["runs", "approvals", "remembered"];

    /// <summary>How many rows held it.</summary>
    public int Run(bool dryRun)
    {
        var rows = 0;
        using var transaction = connection.BeginTransaction(deferred: dryRun);
        foreach (var table in Tables)
        {
            var columns = TextColumns(table);
            foreach (var (id, values) in Holders(table, columns))
            {
                rows++;
                if (!dryRun)
                {
                    Update(table, id, values);
                }
            }
        }

        transaction.Commit();
        return rows;
    }

    private List<string> TextColumns(string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM pragma_table_info($table) WHERE type IN ('TEXT', 'BLOB')";
        command.Parameters.AddWithValue("$table", table);
        using var row = command.ExecuteReader();
        List<string> columns = [];
        while (row.Read())
        {
            columns.Add(row.GetString(0));
        }

        return columns;
    }

    private List<(long Id, List<(string Column, string Value)> Values)> Holders(string table, List<string> columns)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The table is a constant, the columns are the schema's own.
        command.CommandText = $"SELECT rowid, {string.Join(", ", columns.Select(static column => $"CAST(\"{column}\" AS TEXT)"))} FROM {table}";
#pragma warning restore CA2100
        using var row = command.ExecuteReader();
        List<(long, List<(string, string)>)> holders = [];
        while (row.Read())
        {
            List<(string, string)> values = [];
            for (var i = 0; i < columns.Count; i++)
            {
                if (!row.IsDBNull(i + 1) && eraser.Erase(row.GetString(i + 1)) is { } rest)
                {
                    values.Add((columns[i], rest));
                }
            }

            if (values.Count > 0)
            {
                holders.Add((row.GetInt64(0), values));
            }
        }

        return holders;
    }

    private void Update(string table, long id, List<(string Column, string Value)> values)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // As above; the values are parameters.
        command.CommandText = $"UPDATE {table} SET {string.Join(", ", values.Select(static (value, i) => $"\"{value.Column}\" = ${i}"))} WHERE rowid = $id";
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$id", id);
        for (var i = 0; i < values.Count; i++)
        {
            command.Parameters.AddWithValue($"${i}", values[i].Value);
        }

        command.ExecuteNonQuery();
    }
}
