using System.Text.Json;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal.Retention;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal.Forgetting;

/// <summary>
/// Takes text out of the events of every session that holds it. A session is changed in one transaction that ends with the event that records it. Only one may be under
/// way: the caller sees to it.
/// </summary>
internal sealed class JournalForgetting(SqliteConnection connection, Func<string, IDisposable> claim, TimeProvider clock, CancellationToken cancellationToken)
{
    private readonly SortedSet<string> _busy = new(StringComparer.Ordinal);
    private TextEraser _eraser = new([]);
    private int _sessions;
    private int _events;

    public ForgetReport Run(ForgetRequest request)
    {
        _eraser = new TextEraser(request.Texts);
        // What is deleted or overwritten is filled with zeros, in place of being left in free pages.
        SqliteJournalSchema.Execute(connection, "PRAGMA secure_delete=ON");
        foreach (var session in Sessions())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Forget(session, request);
        }

        var rows = new ForgettingLists(connection, _eraser).Run(request.DryRun);
        return new ForgetReport { Sessions = _sessions, Events = _events, Rows = rows, Busy = [.. _busy] };
    }

    private void Forget(string session, ForgetRequest request)
    {
        if (Holders(session) is not { Count: > 0 } found)
        {
            return;
        }

        if (request.DryRun)
        {
            Count(found.Count);
            return;
        }

        try
        {
            using var held = claim(session);
            // Read again: until now somebody may have been at it.
            PacedTransaction.Run(connection, clock, () => Rewrite(session, Holders(session), request), cancellationToken);
        }
        catch (SessionBusyException)
        {
            _busy.Add(session);
        }
    }

    private int Rewrite(string session, List<(long Sequence, StoredEvent Event, byte[] Json)> holders, ForgetRequest request)
    {
        using var rows = new SqliteEventRows(connection);
        List<ForgottenEvent> forgotten = [];
        foreach (var (sequence, stored, json) in holders)
        {
            var (rest, contents) = LargeMembers.Split(_eraser.Erase(json)!, stored.Version);
            rows.Replace(session, sequence, rest, contents);
            forgotten.Add(new ForgottenEvent(sequence, Convert.ToHexStringLower(rows.Digest(session, sequence, rest))));
        }

        var (last, hash) = rows.Head(session);
        var record = new TextForgotten { RunId = RunOf(holders[0].Json), Time = clock.GetUtcNow(), By = request.By, Subject = request.Subject, Events = forgotten };
        var (recorded, parts) = StoredEvent.Create(record, EventUpcasters.Current);
        var next = rows.Hash(session, last + 1, hash, recorded);
        rows.Insert(session, last + 1, next, recorded, parts);
        rows.SaveHead(session, last + 1, next);
        using var snapshot = connection.CreateCommand();
        snapshot.CommandText = "DELETE FROM snapshots WHERE session_id = $session";
        snapshot.Parameters.AddWithValue("$session", session);
        snapshot.ExecuteNonQuery();
        Count(holders.Count);
        return holders.Count;
    }

    private void Count(int events)
    {
        _sessions++;
        _events += events;
    }

    private List<string> Sessions()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT session_id FROM sessions ORDER BY session_id";
        using var row = command.ExecuteReader();
        List<string> sessions = [];
        while (row.Read())
        {
            sessions.Add(row.GetString(0));
        }

        return sessions;
    }

    private List<(long Sequence, StoredEvent Event, byte[] Json)> Holders(string session)
    {
        using var contents = new SqliteContents(connection, connection.DataSource);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT seq, version, payload, parts FROM events WHERE session_id = $session ORDER BY seq";
        command.Parameters.AddWithValue("$session", session);
        using var row = command.ExecuteReader();
        List<(long, StoredEvent, byte[])> holders = [];
        while (row.Read())
        {
            var stored = SqliteEventReader.Stored(row, 1);
            var json = contents.Join(session, row.GetInt64(0), stored);
            if (_eraser.Erase(json) is not null)
            {
                holders.Add((row.GetInt64(0), stored, json));
            }
        }

        return holders;
    }

    private static string RunOf(byte[] json) => JsonElement.Parse(json).GetProperty("runId").GetString()!;
}
