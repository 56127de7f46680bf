using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal.Retention;

/// <summary>
/// Removes the contents that no event refers to. What is referred to is read without keeping anybody from writing; before each removal the
/// events that were appended meanwhile are read, too. Only one sweep may be under way: the caller sees to it.
/// </summary>
internal sealed class ContentSweep(SqliteConnection connection, TimeProvider clock, CancellationToken cancellationToken)
{
    private const int PerTransaction = 200;

    public long Run()
    {
        SqliteJournalSchema.Execute(connection, "CREATE TEMP TABLE IF NOT EXISTS referenced (hash BLOB PRIMARY KEY) WITHOUT ROWID; DELETE FROM temp.referenced;");
        var seen = Mark(after: 0);
        var (removed, last) = (0L, Array.Empty<byte>());
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var looked = PacedTransaction.Run(connection, clock, Batch, cancellationToken);
            if (looked < PerTransaction)
            {
                return removed;
            }
        }

        int Batch()
        {
            seen = Mark(seen);
            var batch = Next(last);
            foreach (var (hash, isReferenced) in batch)
            {
                removed += isReferenced ? 0 : Delete(hash);
                last = hash;
            }

            return batch.Count;
        }
    }

    // Rows are numbered upwards, so a row of an event that comes later has a higher number than any that is there now.
    private long Mark(long after)
    {
        using var highest = connection.CreateCommand();
        highest.CommandText = "SELECT coalesce(max(rowid), 0) FROM events";
        var last = (long)highest.ExecuteScalar()!;
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT parts FROM events WHERE parts IS NOT NULL AND rowid > $after AND rowid <= $last";
        select.Parameters.AddWithValue("$after", after);
        select.Parameters.AddWithValue("$last", last);
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO temp.referenced (hash) VALUES ($hash) ON CONFLICT DO NOTHING";
        var parameter = insert.Parameters.Add("$hash", SqliteType.Blob);
        using var row = select.ExecuteReader();
        while (row.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var (_, hash) in LargeMembers.References(row.GetFieldValue<byte[]>(0)))
            {
                parameter.Value = hash;
                insert.ExecuteNonQuery();
            }
        }

        return Math.Max(last, after);
    }

    private List<(byte[] Hash, bool IsReferenced)> Next(byte[] after)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT hash, hash IN (SELECT hash FROM temp.referenced) FROM contents WHERE hash > $after ORDER BY hash LIMIT $limit";
        select.Parameters.AddWithValue("$after", after);
        select.Parameters.AddWithValue("$limit", PerTransaction);
        using var row = select.ExecuteReader();
        List<(byte[], bool)> batch = [];
        while (row.Read())
        {
            batch.Add((row.GetFieldValue<byte[]>(0), row.GetBoolean(1)));
        }

        return batch;
    }

    private int Delete(byte[] hash)
    {
        using var delete = connection.CreateCommand();
        delete.CommandText = "DELETE FROM contents WHERE hash = $hash";
        delete.Parameters.AddWithValue("$hash", hash);
        return delete.ExecuteNonQuery();
    }
}
