using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal.Retention;

/// <summary>A transaction of somebody who has time: it is followed by a pause as long as it took, for those who wait to append.</summary>
internal static class PacedTransaction
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(200);

    public static int Run(SqliteConnection connection, TimeProvider clock, Func<int> work, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        SqliteJournalSchema.Execute(connection, "BEGIN IMMEDIATE");
        int done;
        try
        {
            done = work();
            SqliteJournalSchema.Execute(connection, "COMMIT");
        }
        catch
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
            {
                SqliteJournalSchema.Execute(connection, "ROLLBACK");
            }

            throw;
        }

        var took = clock.GetElapsedTime(started);
        cancellationToken.WaitHandle.WaitOne(took < Longest ? took : Longest);
        return done;
    }
}
