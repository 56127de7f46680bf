using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal.Retention;

/// <summary>
/// Removes old sessions in transactions of bounded size, with pauses as long as each took, so that hosts that use the file meanwhile wait
/// for milliseconds only. A session is gone with the transaction that records it as pruned; what a process that died left of its events
/// the next pruning removes.
/// </summary>
internal sealed class JournalPruning(SqliteConnection connection, Func<string, IDisposable> claim, TimeProvider clock, CancellationToken cancellationToken)
{
    private const int EventsPerTransaction = 1000;
    private const int SessionsPerTransaction = 50;

    private int _sessions;
    private int _runs;
    private long _events;
    private int _waiting;
    private int _unfinished;
    private int _inUse;

    public PruneReport Prune(PruneRequest request)
    {
        var now = clock.GetUtcNow();
        if (!request.DryRun)
        {
            FinishPruned();
        }

        var old = SessionFamily.Read(connection).Where(family => IsOld(family, request, now)).ToList();
        foreach (var group in old.Where(Count).Chunk(SessionsPerTransaction))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Remove(group, request, now);
        }

        if (!request.DryRun)
        {
            FinishPruned();
        }

        return new PruneReport
        {
            Sessions = _sessions,
            Runs = _runs,
            Events = _events,
            KeptWaiting = _waiting,
            KeptUnfinished = _unfinished,
            KeptInUse = _inUse,
        };
    }

    private bool IsOld(SessionFamily family, PruneRequest request, DateTimeOffset now)
    {
        if (request.Agent is { } agent && !family.Agents.SetEquals([agent]))
        {
            return false;
        }

        // Kept as long as the agent that keeps longest says.
        TimeSpan? longest = TimeSpan.Zero;
        foreach (var name in family.Agents)
        {
            longest = request.Periods.For(name) is { } period && longest is { } sofar ? TimeSpan.FromTicks(Math.Max(period.Ticks, sofar.Ticks)) : null;
        }

        return longest is { } kept && family.Agents.Count > 0 && now - family.LastChange > kept && family.Sessions.All(session => now - LastEvent(session) > kept);
    }

    private bool Count(SessionFamily family)
    {
        if (!family.IsUnfinished)
        {
            return true;
        }

        _waiting += family.Waits ? family.Sessions.Count : 0;
        _unfinished += family.Waits ? 0 : family.Sessions.Count;
        return false;
    }

    private void Remove(IReadOnlyList<SessionFamily> families, PruneRequest request, DateTimeOffset now)
    {
        List<IDisposable> claims = [];
        try
        {
            var held = families.Where(family => TryClaim(family, claims)).Select(family => (Family: family, Heads: family.Sessions.Select(Head).ToList())).ToList();
            if (request.DryRun)
            {
                held.ForEach(one => Add(one.Family, one.Heads));
                return;
            }

            Paced(() =>
            {
                var left = EventsPerTransaction;
                foreach (var (family, heads) in held)
                {
                    // Nobody can have appended since the claim but people who put in their word; then it is not old any more.
                    if (!heads.TrueForAll(head => Head(head.SessionId) == head))
                    {
                        _inUse += heads.Count;
                        continue;
                    }

                    Add(family, heads);
                    heads.ForEach(head => Bury(head, request.By, now));
                    heads.ForEach(head => left -= left > 0 ? DeleteEvents(head.SessionId, left) : 0);
                }

                return 0;
            });
        }
        finally
        {
            claims.ForEach(held => held.Dispose());
        }
    }

    private void Add(SessionFamily family, List<SessionHead> heads)
    {
        _sessions += heads.Count;
        _runs += family.Runs;
        _events += heads.Sum(head => head.Sequence);
    }

    private bool TryClaim(SessionFamily family, List<IDisposable> claims)
    {
        var before = claims.Count;
        try
        {
            foreach (var session in family.Sessions)
            {
                claims.Add(claim(session));
            }

            return true;
        }
        catch (SessionBusyException)
        {
            claims[before..].ForEach(held => held.Dispose());
            claims.RemoveRange(before, claims.Count - before);
            _inUse += family.Sessions.Count;
            return false;
        }
    }

    // From here on the session does not exist for anybody, whether its events are still there or not.
    private void Bury(SessionHead head, string by, DateTimeOffset now)
    {
        var runs = (int)Number("SELECT count(*) FROM runs WHERE session_id = $session", head.SessionId);
        SqlitePruned.Insert(connection, head, runs, now, by);
        Execute("DELETE FROM sessions WHERE session_id = $session", head.SessionId);
        Execute("DELETE FROM snapshots WHERE session_id = $session", head.SessionId);
        Execute("DELETE FROM approvals WHERE session_id = $session", head.SessionId);
        Execute("DELETE FROM runs WHERE session_id = $session", head.SessionId);
    }

    private void FinishPruned()
    {
        while (Text("SELECT session_id FROM pruned WHERE finished = 0 LIMIT 1") is { } session)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Paced(() => DeleteEvents(session, EventsPerTransaction));
        }
    }

    private int DeleteEvents(string session, int atMost)
    {
        var deleted = Execute($"DELETE FROM events WHERE rowid IN (SELECT rowid FROM events WHERE session_id = $session LIMIT {atMost})", session);
        if (deleted < atMost)
        {
            Execute("UPDATE pruned SET finished = 1 WHERE session_id = $session", session);
        }

        return deleted;
    }

    private void Paced(Func<int> work) => PacedTransaction.Run(connection, clock, work, cancellationToken);

    private SessionHead Head(string session)
    {
        using var command = Command("SELECT seq, hash FROM sessions WHERE session_id = $session", session);
        using var row = command.ExecuteReader();
        return row.Read() ? new SessionHead(session, row.GetInt64(0), Convert.ToHexStringLower(row.GetFieldValue<byte[]>(1))) : new SessionHead(session, 0, "");
    }

    // The list tells when a run began or ended; a word that somebody put in later is an event, too. What cannot be read is not old.
    private DateTimeOffset LastEvent(string session)
    {
        using var command = Command("SELECT payload FROM events WHERE session_id = $session ORDER BY seq DESC LIMIT 1", session);
        try
        {
            return command.ExecuteScalar() is byte[] payload ? JsonElement.Parse(payload).GetProperty("time").GetDateTimeOffset() : DateTimeOffset.MinValue;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or FormatException or InvalidOperationException)
        {
            return DateTimeOffset.MaxValue;
        }
    }

    private long Number(string sql, string session)
    {
        using var command = Command(sql, session);
        return (long)command.ExecuteScalar()!;
    }

    private string? Text(string sql)
    {
        using var command = Command(sql, null);
        return command.ExecuteScalar() as string;
    }

    private int Execute(string sql, string session)
    {
        using var command = Command(sql, session);
        return command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, string? session)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file; the values are parameters, or a number of ours.
        command.CommandText = sql;
#pragma warning restore CA2100
        if (session is not null)
        {
            command.Parameters.AddWithValue("$session", session);
        }

        return command;
    }
}
