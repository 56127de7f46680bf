using System.Globalization;
using KernelHost.Plugins.CustomerSupport.Crm;
using KernelHost.Plugins.CustomerSupport.Tools;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace KernelHost.Plugins.CustomerSupport.Tests;

/// <summary>A shop of a test's own: a fresh data directory and a clock that stands still.</summary>
internal sealed class Shop : IDisposable
{
    public const string AnyDay = "2031-03-12T10:30:00Z";

    private readonly List<CrmDatabase> _databases = [];

    public Shop(string now = AnyDay)
    {
        Clock = new FakeTimeProvider(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture));
        Directory = System.IO.Directory.CreateTempSubdirectory("crm é ").FullName;
        Database = Open();
        Tools = new CrmTools(Database);
    }

    public FakeTimeProvider Clock { get; }

    public string Directory { get; }

    public CrmDatabase Database { get; }

    public CrmTools Tools { get; }

    public DateOnly Today => DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);

    public static PluginEnvironment Environment(string directory) => new()
    {
        Id = "customer-support",
        Version = "0.1.0",
        PluginDirectory = AppContext.BaseDirectory,
        DataDirectory = directory,
        Configuration = new ConfigurationManager(),
    };

    public static ToolContext Call(string key) => new()
    {
        SessionId = "session",
        RunId = "run",
        CallId = "call",
        Principal = "alice",
        IdempotencyKey = key,
    };

    /// <summary>Another process on the same file, as far as SQLite can tell.</summary>
    public CrmDatabase Open()
    {
        var database = new CrmDatabase(Environment(Directory), Clock);
        _databases.Add(database);
        return database;
    }

    public long Count(string table, string where = "1")
    {
        using var connection = Database.Open();
        return connection.Scalar($"SELECT count(*) FROM {table} WHERE {where}") ?? 0;
    }

    /// <summary>The first order for which a condition in SQL holds.</summary>
    public int AnyOrder(string where)
    {
        using var connection = Database.Open();
        return (int)connection.Scalar($"SELECT id FROM orders WHERE {where} ORDER BY id LIMIT 1")!.Value;
    }

    public void Dispose()
    {
        _databases.ForEach(database => database.Dispose());
        SqliteConnection.ClearAllPools();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
