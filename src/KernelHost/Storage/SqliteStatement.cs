using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace KernelHost.Storage;

/// <summary>
/// A prepared statement without the layers of ADO.NET, which cost as much as the work itself where rows are small. Parameters are <c>?1</c>, <c>?2</c>, ...; values always
/// travel as parameters. Waiting for a lock is SQLite's own, by <c>busy_timeout</c>. Used by one thread at a time.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public SqliteStatement Bind(int parameter, string? value)
    {
        Check(value is null ? raw.sqlite3_bind_null(_statement, parameter) : raw.sqlite3_bind_text(_statement, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, double value)
    {
        Check(raw.sqlite3_bind_double(_statement, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, byte[]? value)
    {
        Check(value is null ? raw.sqlite3_bind_null(_statement, parameter) : raw.sqlite3_bind_blob(_statement, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_blob(_statement, parameter, value));
        return this;
    }

    /// <summary>Binds values of any of these types from <c>?1</c> on; for statements that do not run often.</summary>
    public SqliteStatement BindAll(params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            _ = values[i] switch
            {
                long number => Bind(i + 1, number),
                int number => Bind(i + 1, (long)number),
                double number => Bind(i + 1, number),
                string text => Bind(i + 1, text),
                byte[] bytes => Bind(i + 1, bytes),
                null => Bind(i + 1, (byte[]?)null),
                var other => throw new ArgumentException($"A value of type '{other.GetType().Name}' cannot be a parameter."),
            };
        }

        return this;
    }

    /// <summary>Runs the statement to its end and returns how many rows it changed.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public int Execute()
    {
        Step();
        Reset();
        return raw.sqlite3_changes(_database);
    }

    /// <summary>Moves to the first or next row; the caller resets, or disposes, when done.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return result == raw.SQLITE_ROW;
        }

        // The error is read before the reset, which may lose its text.
        try
        {
            SqliteException.ThrowExceptionForRC(result, _database);
            throw new InvalidOperationException($"SQLite returned {result}.");
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs a statement of one parameter and returns the number in its first row; <see langword="null"/> when there is none.</summary>
    public long? FindNumber(byte[] value)
    {
        long? number = Bind(1, value).Step() ? Number(0) : null;
        Reset();
        return number;
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public byte[] Bytes(int column) => Blob(column).ToArray();

    /// <summary>A blob where SQLite has it: gone with the next step or reset.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    // Its result repeats the error of the step.
    public void Reset() => _ = raw.sqlite3_reset(_statement);

    public void Dispose() => _statement.Dispose();

    /// <summary>Prepares a statement, runs it to its end and returns how many rows it changed.</summary>
    public static int Run(SqliteConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        using var statement = new SqliteStatement(connection, sql);
        return statement.BindAll(values).Execute();
    }

    /// <summary>Prepares a statement and returns the number in its first row.</summary>
    public static long Number(SqliteConnection connection, string sql, params ReadOnlySpan<object?> values) =>
        FindNumber(connection, sql, values) ?? throw new InvalidOperationException($"'{sql}' has no row.");

    /// <summary>Prepares a statement and returns the number in its first row; <see langword="null"/> when there is none.</summary>
    public static long? FindNumber(SqliteConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        using var statement = new SqliteStatement(connection, sql);
        if (!statement.BindAll(values).Step())
        {
            return null;
        }

        // To its end: what a statement that returns rows writes is only then written for certain.
        var number = statement.Number(0);
        while (statement.Step())
        {
        }

        return number;
    }

    /// <summary>
    /// Runs several statements without parameters, constants of this program, through ADO.NET: it tries again where SQLite itself does not wait, as when two processes
    /// make a new file at once.
    /// </summary>
    public static void RunScript(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants, as the summary says.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);
}
