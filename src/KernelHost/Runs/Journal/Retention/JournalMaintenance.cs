using KernelHost.Runs.Journal.Forgetting;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal.Retention;

/// <summary>Removes old sessions from a journal file and gives space back, while hosts go on using it. Safe for concurrent use: one at a time works, the others are refused.</summary>
/// <param name="journal">The journal.</param>
/// <param name="clock">The clock; the system's when <see langword="null"/>.</param>
public sealed class JournalMaintenance(SqliteJournal journal, TimeProvider? clock = null)
{
    private const int ShortestText = 4;

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    /// <summary>
    /// Removes whole sessions whose last event is older than their agent's period, with everything that belongs to them and the sessions of
    /// their sub-runs. Never one with a run that has not ended. May be stopped at any time and goes on where it was the next time.
    /// </summary>
    /// <param name="request">Which sessions, and who asks.</param>
    /// <param name="cancellationToken">Stops between two transactions; what is removed by then stays removed.</param>
    /// <exception cref="JournalException">The file cannot be read or written, or another process is at it.</exception>
    public Task<PruneReport> PruneAsync(PruneRequest request, CancellationToken cancellationToken = default) => UseAsync(
        connection =>
        {
            var before = Size();
            var report = new JournalPruning(connection, journal.Claim, _clock, cancellationToken).Prune(request);
            var contents = 0L;
            if (!request.DryRun)
            {
                contents = new ContentSweep(connection, _clock, cancellationToken).Run();
                SqliteVacuum.Run(connection, mayRewrite: false, _clock, cancellationToken);
            }

            return report with { Contents = contents, BytesBefore = before, BytesAfter = Size() };
        },
        cancellationToken);

    /// <summary>
    /// Removes what nothing refers to and shrinks the file to what it needs. A file created by an earlier version is written anew once, which
    /// needs as much free space again and keeps hosts from appending meanwhile.
    /// </summary>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>The size of the file in bytes before and afterwards.</returns>
    /// <exception cref="JournalException">The file cannot be read or written, or another process is at it.</exception>
    public Task<(long Before, long After)> VacuumAsync(CancellationToken cancellationToken = default) => UseAsync(
        connection =>
        {
            var before = Size();
            new ContentSweep(connection, _clock, cancellationToken).Run();
            SqliteVacuum.Run(connection, mayRewrite: true, _clock, cancellationToken);
            return (before, Size());
        },
        cancellationToken);

    /// <summary>
    /// Takes text out of all events, lists and snapshots, word for word, and records in each session that it was done. Sessions that somebody works in stay as they
    /// are and are named. Afterwards the bytes of the file are searched; where deleted text is left in them, the file is written anew.
    /// </summary>
    /// <param name="request">Which text, and who asks.</param>
    /// <param name="cancellationToken">Stops between two sessions; what is done by then stays done.</param>
    /// <exception cref="ArgumentException">A text is too short to be taken out without harm to others.</exception>
    /// <exception cref="JournalException">The file cannot be read or written, or another process is at it.</exception>
    public Task<ForgetReport> ForgetAsync(ForgetRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Texts.FirstOrDefault(static text => !CanForget(text)) is { } tooShort)
        {
            throw new ArgumentException($"The text '{tooShort}' is too short to be forgotten: it would be taken out of other words, too. Give at least {ShortestText} characters.", nameof(request));
        }

        return UseAsync(
            connection =>
            {
                var report = new JournalForgetting(connection, journal.Claim, _clock, cancellationToken).Run(request);
                if (request.DryRun)
                {
                    return report;
                }

                new ContentSweep(connection, _clock, cancellationToken).Run();
                SqliteVacuum.Run(connection, mayRewrite: false, _clock, cancellationToken);
                if (report.Busy.Count > 0)
                {
                    return report;
                }

                var search = new FileSearch([journal.Path, journal.Path + "-wal"], new TextEraser(request.Texts).Forms);
                if (search.Finds())
                {
                    SqliteVacuum.Rewrite(connection);
                }

                return report with { IsGone = !search.Finds() };
            },
            cancellationToken);
    }

    /// <summary>The records of all sessions that were removed, in that order.</summary>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <exception cref="JournalException">The file cannot be read.</exception>
    public Task<IReadOnlyList<PrunedSession>> ListPrunedAsync(CancellationToken cancellationToken = default) =>
        journal.QueryAsync(SqlitePruned.Read, cancellationToken);

    /// <summary>Whether a text is long enough to be taken out without harm to other words.</summary>
    public static bool CanForget(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Trim().Length >= ShortestText;
    }

    private Task<T> UseAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var alone = ClaimMaintenance();
            using var file = SqliteJournalFile.OpenPrepared(journal.Path);
            return file.Run(work);
        },
        cancellationToken);

    private IDisposable ClaimMaintenance()
    {
        try
        {
            return journal.Claim("maintenance");
        }
        catch (SessionBusyException exception)
        {
            throw new JournalException($"The journal '{journal.Path}' is being pruned or vacuumed by another process. Try again when it has ended.", exception);
        }
    }

    // The log belongs to it: what was removed from the database may still be there.
    private long Size() => new[] { journal.Path, journal.Path + "-wal" }.Select(path => new FileInfo(path)).Where(file => file.Exists).Sum(file => file.Length);
}
