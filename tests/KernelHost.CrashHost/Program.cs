using System.Globalization;
using KernelHost.CrashHost;
using KernelHost.CrashHost.Campaign;
using KernelHost.Memory.Sqlite;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using Microsoft.Extensions.Logging.Abstractions;

if (args is ["campaign", var home, var death, var seed])
{
    await new CampaignProcess(home, Death.Parse(death), new Random(int.Parse(seed, CultureInfo.InvariantCulture))).RunAsync();
    return 0;
}

if (args is ["turns", var data, var sessionId, var turns, var name])
{
    await new TurnsProcess(data, sessionId, int.Parse(turns, CultureInfo.InvariantCulture), name).RunAsync();
    return 0;
}

if (args is ["memory", var file, var operations])
{
    using var store = new SqliteRecordStore(file);
    await MemoryOperations.RunAsync(store, int.Parse(operations, CultureInfo.InvariantCulture));
}

if (args is ["ingest", var documents, var model, var point])
{
    await new IngestProcess(documents, model, point).RunAsync();
    return 0;
}

// crash-host DIRECTORY EVENTS: takes up the one run of the directory, or starts it, and works until it is completed; kills itself with
// SIGKILL after that many events. Answers every question truthfully, as its operator would. The world is a text file beside the journal.
var directory = args[0];
var world = new World(Path.Combine(directory, "world.txt"));
await using var journal = new DyingJournal(SqliteJournal.Open(directory), int.Parse(args[1], CultureInfo.InvariantCulture));
var engine = new RunEngine(new CrashAgent(world), journal, NullLoggerFactory.Instance);
var desk = new ApprovalDesk(journal);

var known = await journal.ListRunsAsync(new RunFilter(), CancellationToken.None);
var result = known.Count == 0
    ? await engine.StartAsync(new RunRequest(CrashAgent.Name, "do it all", "alice"))
    : await engine.ResumeAsync(known[0].RunId);
while (result.Status == RunStatus.WaitingForApproval)
{
    foreach (var approval in result.Approvals)
    {
        var answer = approval.Kind == ApprovalKind.Action ? ApprovalAnswer.Approved
            : world.Happened($"{approval.RunId}/{approval.CallId}") ? ApprovalAnswer.Happened : ApprovalAnswer.DidNotHappen;
        await desk.AnswerAsync(approval.ApprovalId, answer, "bob", reason: null);
    }

    result = await engine.ResumeAsync(result.RunId);
}

Console.WriteLine($"{result.Status} {(await journal.ReadAsync(result.SessionId, 0, CancellationToken.None)).Count}");
return result.Status == RunStatus.Completed ? 0 : 1;
