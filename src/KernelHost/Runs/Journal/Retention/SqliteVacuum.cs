using System.Globalization;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal.Retention;

/// <summary>Gives the file system back what the file does not use.</summary>
internal static class SqliteVacuum
{
    private const int Incremental = 2;
    private const int PagesPerStep = 500;

    /// <summary>
    /// Shrinks the file step by step. A file that an earlier version created cannot shrink like that; it is written anew once, if
    /// <paramref name="mayRewrite"/>, which keeps others from writing for as long as it takes.
    /// </summary>
    public static void Run(SqliteConnection connection, bool mayRewrite, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (Number(connection, "PRAGMA auto_vacuum") == Incremental)
        {
            while (Number(connection, "PRAGMA freelist_count") > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                PacedTransaction.Run(connection, clock, () => Step(connection), cancellationToken);
            }
        }
        else if (mayRewrite)
        {
            Rewrite(connection);
        }

        // Moves the smaller database into its file. A reader that is at work may keep the log from being emptied; then the next does it.
        Number(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// <summary>Writes the file anew, so that nothing is left in it of what was deleted.</summary>
    public static void Rewrite(SqliteConnection connection)
    {
        SqliteJournalSchema.Execute(connection, $"PRAGMA auto_vacuum={Incremental}");
        SqliteJournalSchema.Execute(connection, "VACUUM");
        Number(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }

    // It yields a row for each page, and frees the page only when it is asked for the row.
    private static int Step(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"PRAGMA incremental_vacuum({PagesPerStep})";
        using var row = command.ExecuteReader();
        while (row.Read())
        {
        }

        return 0;
    }

    private static long Number(SqliteConnection connection, string pragma)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = pragma;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
