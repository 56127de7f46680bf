using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using Microsoft.Data.Sqlite;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Journal;

/// <summary>
/// The disk fails under a run, with real files: the error names the file and the cure, no effect is made that is not announced on disk, and
/// when the fault is gone the run goes on with nothing lost and nothing done twice.
/// </summary>
public sealed class JournalFaultTests : IDisposable
{
    private static readonly string Page = new('x', 3000);
    private readonly JournalFile _file = new();
    private readonly List<string> _paid = [];
    private Action _whilePaying = static () => { };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Run_DiskFillsUpAtAnyPage_StopsSaysSoAndGoesOnWhenThereIsSpace()
    {
        var faults = 0;
        for (var pages = 0; ; pages++)
        {
            using var file = new JournalFile();
            _paid.Clear();
            await using var journal = SqliteJournal.Open(file.Directory);
            Execute(journal, $"PRAGMA max_page_count={file.Number("PRAGMA page_count") + pages}");
            JournalException? fault = null;
            try
            {
                await Host(journal).StartAsync("pay");
            }
            catch (JournalException exception)
            {
                fault = exception;
            }

            Execute(journal, "PRAGMA max_page_count=100000");
            await FinishAsync(journal, $"full after {pages} pages");
            if (fault is null)
            {
                Assert.True(faults > 3, "The disk was never full.");
                return;
            }

            faults++;
            Assert.Contains("is full. Free some space and resume the run", fault.Message, StringComparison.Ordinal);
            Assert.Contains(file.Path, fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_FileBecomesReadOnlyWhileAnEffectIsMade_OutcomeIsAskedForAndNothingIsRepeated()
    {
        await using var journal = SqliteJournal.Open(_file.Directory);
        _whilePaying = () => Execute(journal, "PRAGMA query_only=ON");

        var error = await Assert.ThrowsAsync<JournalException>(() => Host(journal).StartAsync("pay"));

        Assert.Contains("is read-only. Make the file and its directory writable", error.Message, StringComparison.Ordinal);
        Assert.Contains(_file.Path, error.Message, StringComparison.Ordinal);
        Assert.Single(_paid);
        _whilePaying = static () => { };
        Execute(journal, "PRAGMA query_only=OFF");
        await FinishAsync(journal, "read-only");
    }

    [Fact]
    public async Task Run_LockedForLongerThanItWaits_StopsSaysSoAndGoesOnWhenItIsFree()
    {
        await using var journal = SqliteJournal.Open(_file.Directory);
        Execute(journal, "PRAGMA busy_timeout=20");
        using var other = new SqliteConnection($"Data Source={_file.Path};Pooling=False");
        other.Open();
        var transaction = (SqliteTransaction?)null;
        _whilePaying = () => transaction ??= other.BeginTransaction(deferred: false);

        var error = await Assert.ThrowsAsync<JournalException>(() => Host(journal).StartAsync("pay"));

        Assert.Contains("is locked by another process", error.Message, StringComparison.Ordinal);
        transaction!.Rollback();
        await FinishAsync(journal, "locked");
    }

    [Fact]
    public async Task Open_LogTornAnywhere_HoldsWhatWasCommittedBeforeAndTheRunGoesOn()
    {
        await using var journal = SqliteJournal.Open(_file.Directory);
        var run = await Host(journal).StartAsync("pay");
        var whole = await journal.ReadAsync(run.SessionId, 0, Token);
        var database = await File.ReadAllBytesAsync(_file.Path, Token);
        var log = await File.ReadAllBytesAsync(_file.Path + "-wal", Token);

        for (var cut = 0; cut <= log.Length; cut += Math.Max(1, log.Length / 23))
        {
            // The file ends there, or the rest of it is not what was written.
            foreach (var garbage in new[] { 0, 100 })
            {
                using var torn = new JournalFile();
                await File.WriteAllBytesAsync(torn.Path, database, Token);
                await File.WriteAllBytesAsync(torn.Path + "-wal", [.. log[..cut], .. Enumerable.Repeat((byte)0xA5, garbage)], Token);
                await using var reopened = SqliteJournal.Open(torn.Directory);

                var left = await reopened.ReadAsync(run.SessionId, 0, Token);

                Assert.Equal(whole.Take(left.Count).Select(Text), left.Select(Text));
                Assert.True((await reopened.VerifyAsync(null, Token)).IsSound);
                _paid.Clear();
                _paid.AddRange(left.OfType<CallCompleted>().Where(call => call.CallId is "2.1" or "2.3").Select(call => $"{call.RunId}/{call.CallId}"));
                await FinishAsync(reopened, $"torn at {cut} of {log.Length}");
            }
        }
    }

    [Fact]
    public async Task Read_DatabaseDamagedAnywhere_NamesTheFileOrReadsWhatWasWritten()
    {
        string session;
        await using (var journal = SqliteJournal.Open(_file.Directory))
        {
            session = (await Host(journal).StartAsync("pay")).SessionId;
        }

        var database = await File.ReadAllBytesAsync(_file.Path, Token);
        var refused = 0;
        for (var page = 0; page < database.Length / 4096; page++)
        {
            using var damaged = new JournalFile();
            var bytes = database.ToArray();
            bytes.AsSpan(page * 4096, 4096).Fill(0x5A);
            await File.WriteAllBytesAsync(damaged.Path, bytes, Token);
            try
            {
                await using var journal = SqliteJournal.Open(damaged.Directory);
                await journal.ReadAsync(session, 0, Token);
                await journal.VerifyAsync(null, Token);
            }
            catch (JournalException exception)
            {
                refused++;
                Assert.Contains(damaged.Path, exception.Message, StringComparison.Ordinal);
            }
        }

        Assert.True(refused > 3, "Nothing was damaged.");
    }

    private static void Execute(SqliteJournal journal, string sql)
    {
        using var command = journal.Writer.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static string Text(RunEvent runEvent) => System.Text.Encoding.UTF8.GetString(RunEventJson.Write(runEvent));

    // Plays the operator, truthfully; at the end everything was paid once.
    private async Task FinishAsync(SqliteJournal journal, string when)
    {
        var host = Host(journal);
        var known = await journal.ListRunsAsync(new RunFilter(), Token);
        var result = known.Count == 0 ? await host.StartAsync("pay") : await host.ResumeAsync(known[0].RunId);
        while (result.Status == RunStatus.WaitingForApproval)
        {
            Assert.NotEmpty(result.Approvals);
            foreach (var approval in result.Approvals)
            {
                await host.AnswerAsync(approval.ApprovalId, approval.Kind == ApprovalKind.Action ? ApprovalAnswer.Approved
                    : _paid.Contains($"{approval.RunId}/{approval.CallId}") ? ApprovalAnswer.Happened : ApprovalAnswer.DidNotHappen);
            }

            result = await host.ResumeAsync(result.RunId);
        }

        Assert.True(result.Status == RunStatus.Completed, when);
        Assert.True(_paid.Count == 2 && _paid.Distinct().Count() == 2, $"{when}: paid {string.Join(", ", _paid)}");
        Assert.True((await journal.VerifyAsync(null, Token)).IsSound, when);
    }

    private RunHost Host(SqliteJournal journal) => new(
        journal,
        new ScriptedChatClient(Calls(("test-read", new { })), Calls(("test-pay", new { }), ("test-read", new { }), ("test-pay", new { })), Says("Done.")),
        TestTools.Create("read", ToolEffect.Read, () => Page),
        TestTools.Create("pay", ToolEffect.Once, (ToolContext context) =>
        {
            _paid.Add(context.IdempotencyKey);
            _whilePaying();
            return Page;
        }))
    {
        Policy = PolicyDocument.Parse("""
            version: 1
            rules:
              - id: pays
                decision: allow
                tools: ["test/pay"]
            """, "test"),
    };
}
