using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

/// <summary>The ids of tenants in a content.</summary>
internal static class Tenants
{
    /// <returns><see langword="null"/> when no record of the tenant was ever written.</returns>
    public static long? Find(SqliteConnection connection, ContentTables tables, string tenant)
    {
        using var statement = new Statement(connection, $"SELECT id FROM {tables.Tenants} WHERE name = $1");
        return (long?)statement.Scalar(TextBytes.Encode(tenant));
    }
}
