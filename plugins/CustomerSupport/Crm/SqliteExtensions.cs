using Microsoft.Data.Sqlite;

namespace KernelHost.Plugins.CustomerSupport.Crm;

/// <summary>One-line statements. Values always travel as parameters, never in the text.</summary>
internal static class SqliteExtensions
{
    /// <summary>A command in the connection's current transaction, if it has one.</summary>
    public static SqliteCommand Command(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every caller passes a constant; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }

    public static void Execute(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = connection.Command(sql, values);
        command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row, or null when there is no row or no value.</summary>
    public static long? Scalar(this SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = connection.Command(sql, values);
        return command.ExecuteScalar() as long?;
    }

    public static List<T> Query<T>(
        this SqliteConnection connection, Func<SqliteDataReader, T> map, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = connection.Command(sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    public static string? GetText(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public static DateOnly GetDate(this SqliteDataReader reader, int column) => reader.GetFieldValue<DateOnly>(column);

    public static DateOnly? GetDateOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDate(column);

    public static int? GetIntOrNull(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt32(column);
}
