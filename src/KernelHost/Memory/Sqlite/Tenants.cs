using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

/// <summary>The ids of tenants in a content.</summary>
internal static class Tenants
{
    /// <returns><see langword="null"/> when no record of the tenant was ever written.</returns>
    public static long? Find(SqliteConnection connection, ContentTables tables, string tenant) =>
        SqliteStatement.FindNumber(connection, $"SELECT id FROM {tables.Tenants} WHERE name = ?1", TextBytes.Encode(tenant));
}
