using System.Text.Json;
using KernelHost.Runs.Journal.Retention;
using KernelHost.Runs.Journal.Forgetting;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>Computes every session's hash chain anew and compares it with what is stored. Reads one state of the file throughout.</summary>
internal sealed class JournalVerifier(SqliteConnection connection, CancellationToken cancellationToken)
{
    private long _events;
    private long _forgotten;

    public JournalVerification Verify(string? sessionId)
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        var chain = new EventHashChain();
        using var contents = new SqliteContents(connection, connection.DataSource);
        List<SessionHead> sound = [];
        List<JournalProblem> problems = [];
        var pruned = SqlitePruned.Read(connection);
        if (SqlitePruned.Check(pruned) is { } broken)
        {
            problems.Add(broken);
        }

        foreach (var (session, head, wasPruned) in Sessions(sessionId))
        {
            if (wasPruned)
            {
                problems.Add(new JournalProblem(session, 1, "The session was pruned, and something of it is there again."));
            }
            else if (Check(session, head, chain, contents) is { } problem)
            {
                problems.Add(problem);
            }
            else
            {
                sound.Add(head!);
            }
        }

        return new JournalVerification { Events = _events, ForgottenEvents = _forgotten, Sessions = sound, Problems = problems, PrunedSessions = pruned.Count, PrunedSeal = pruned.LastOrDefault()?.Seal };
    }

    // A session whose row was removed still has its events, and the other way round. What a pruning under way has left is no session.
    private List<(string Session, SessionHead? Head, bool WasPruned)> Sessions(string? sessionId)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT known.session_id, sessions.seq, sessions.hash, pruned.finished
            FROM (SELECT session_id FROM sessions UNION SELECT session_id FROM events) AS known
            LEFT JOIN sessions ON sessions.session_id = known.session_id
            LEFT JOIN pruned ON pruned.session_id = known.session_id
            WHERE ($session IS NULL OR known.session_id = $session) AND coalesce(pruned.finished, 1) = 1
            ORDER BY known.session_id
            """;
        command.Parameters.AddWithValue("$session", (object?)sessionId ?? DBNull.Value);
        using var reader = command.ExecuteReader();
        List<(string, SessionHead?, bool)> sessions = [];
        while (reader.Read())
        {
            var session = reader.GetString(0);
            sessions.Add((session, reader.IsDBNull(1) ? null : new SessionHead(session, reader.GetInt64(1), Convert.ToHexStringLower(reader.GetFieldValue<byte[]>(2))), !reader.IsDBNull(3)));
        }

        return sessions;
    }

    private JournalProblem? Check(string session, SessionHead? head, EventHashChain chain, SqliteContents contents)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT seq, hash, version, payload, parts FROM events WHERE session_id = $session ORDER BY seq";
        command.Parameters.AddWithValue("$session", session);
        using var reader = command.ExecuteReader();
        var (sequence, hash) = (0L, EventHashChain.Start);
        var forgotten = ForgottenDigests.Read(connection, session, contents);
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var expected = sequence + 1;
            sequence = reader.GetInt64(0);
            if (sequence != expected)
            {
                return new JournalProblem(session, Math.Min(sequence, expected), sequence > expected ? $"Event {expected} is missing." : $"Event {sequence} is none of the writer's.");
            }

            var stored = SqliteEventReader.Stored(reader, 2);
            var written = reader.GetFieldValue<byte[]>(1);
            hash = chain.Next(hash, session, sequence, stored);
            if (forgotten.TryGetValue(sequence, out var digest) && digest == Convert.ToHexStringLower(chain.Next(EventHashChain.Start, session, sequence, stored)))
            {
                // It holds what the record of the forgetting says. The event behind it tells whether its own hash is the one that was written.
                (hash, _forgotten) = (written, _forgotten + 1);
            }

            if (!hash.AsSpan().SequenceEqual(written))
            {
                return new JournalProblem(session, sequence, $"Event {sequence} is not what was written there: it was changed, moved or inserted.");
            }

            if (stored.Parts is not null && !HasContents(stored.Parts, contents))
            {
                return new JournalProblem(session, sequence, $"A large part of event {sequence} is missing or was changed.");
            }

            _events++;
        }

        return head switch
        {
            null => new JournalProblem(session, sequence + 1, "The record of where this session ends is missing."),
            _ when head.Sequence > sequence => new JournalProblem(session, sequence + 1, $"The events from {sequence + 1} to {head.Sequence} are missing."),
            _ when head.Sequence < sequence => new JournalProblem(session, head.Sequence + 1, $"Event {head.Sequence + 1} was added after the end that the writer recorded."),
            _ when head.Hash != Convert.ToHexStringLower(hash) => new JournalProblem(session, sequence, "The record of where this session ends was changed, or all of its events were replaced."),
            _ => null,
        };
    }

    private static bool HasContents(byte[] parts, SqliteContents contents)
    {
        try
        {
            return LargeMembers.References(parts).All(reference => contents.Find(reference.Hash) is not null);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }
    }
}
