using KernelHost.Plugins.CustomerSupport.Seed;
using Microsoft.Data.Sqlite;

namespace KernelHost.Plugins.CustomerSupport.Crm;

/// <summary>
/// The file <c>crm.db</c> in the plugin's data directory. The first <see cref="Open"/> creates it and fills it with the demo data,
/// in one transaction, so a crash or a second process leaves either nothing or all of it. Safe for concurrent use.
/// </summary>
internal sealed class CrmDatabase : IDisposable
{
    public const string FileName = "crm.db";
    private const long SchemaVersion = 1;

    private readonly string _path;
    private readonly string _connectionString;
    private readonly Lock _gate = new();
    private volatile bool _ready;

    public CrmDatabase(PluginEnvironment environment, TimeProvider clock)
    {
        Clock = clock;
        _path = Path.Combine(environment.DataDirectory, FileName);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = _path,
            ForeignKeys = true,
            // How long a call waits for another process that is writing.
            DefaultTimeout = 15,
        }.ToString();
    }

    /// <summary>The shop's clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>The shop's date: it lives by UTC, so that the answer does not depend on the machine's time zone.</summary>
    public DateOnly Today => DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);

    /// <summary>Opens a connection, which the caller disposes.</summary>
    /// <exception cref="InvalidOperationException">The file was written by a newer version of the plugin.</exception>
    /// <exception cref="SqliteException">The file cannot be read or is not a database.</exception>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            EnsureCreated(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Gives the pooled file handles back.</summary>
    public void Dispose()
    {
        if (!_ready)
        {
            return;
        }

        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private void EnsureCreated(SqliteConnection connection)
    {
        if (_ready)
        {
            return;
        }

        lock (_gate)
        {
            if (!_ready && !IsCurrent(connection))
            {
                Create(connection);
            }

            _ready = true;
        }
    }

    private void Create(SqliteConnection connection)
    {
        // Readers then never wait for a writer. It cannot be changed inside a transaction.
        connection.Execute("PRAGMA journal_mode = WAL");
        using var transaction = connection.BeginTransaction();
        if (!IsCurrent(connection))
        {
            connection.Execute(Resource.ReadText("schema.sql"));
            SeedWriter.Write(connection, Today);
            connection.Execute($"PRAGMA user_version = {SchemaVersion}");
        }

        transaction.Commit();
    }

    private bool IsCurrent(SqliteConnection connection)
    {
        var found = connection.Scalar("PRAGMA user_version") ?? 0;
        return found <= SchemaVersion
            ? found == SchemaVersion
            : throw new InvalidOperationException(
                $"'{_path}' has schema version '{found}' but this plugin knows '{SchemaVersion}'. "
                    + "Install the newer plugin, or move the file away to start over.");
    }
}
