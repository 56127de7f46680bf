using SQLitePCL;

namespace KernelHost.Runs.Budgets;

/// <summary>A prepared statement without a layer above SQLite: a reservation is made before every call, and each microsecond counts. Not thread-safe.</summary>
internal sealed class LedgerStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly Func<int, string, Exception> _failed;

    public LedgerStatement(sqlite3 database, string sql, Func<int, string, Exception> failed)
    {
        (_database, _failed) = (database, failed);
        Check(raw.sqlite3_prepare_v3(database, sql, 1 /* SQLITE_PREPARE_PERSISTENT */, out _statement));
    }

    public void Bind(int parameter, string text) => Check(raw.sqlite3_bind_text(_statement, parameter, text));

    public void Bind(int parameter, long number) => Check(raw.sqlite3_bind_int64(_statement, parameter, number));

    /// <summary>Whether there is a row.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return code == raw.SQLITE_ROW;
        }

        var message = raw.sqlite3_errmsg(_database).utf8_to_string();
        Reset();
        throw _failed(code, message);
    }

    public void Run()
    {
        Step();
        Reset();
    }

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    // What it returns is the error of the last step, which has been told.
    public void Reset() => _ = raw.sqlite3_reset(_statement);

    public void Dispose() => _statement.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw _failed(code, raw.sqlite3_errmsg(_database).utf8_to_string());
        }
    }
}
