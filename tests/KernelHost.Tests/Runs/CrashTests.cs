using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs;

/// <summary>The process dies between any two events of a run, is started again, dies again; the world must not notice.</summary>
public sealed class CrashTests
{
    private const int TwoRefunds = 2;
    private readonly List<string> _refunds = [];
    private readonly Dictionary<string, int> _tickets = [];
    private readonly HashSet<string> _kinds = [];
    private int _saves;

    [Fact]
    public async Task Run_CrashBeforeAnyEvent_NoEffectTwiceNothingLostNothingStuck()
    {
        var length = await RunToTheEndAsync();
        Assert.Equal(TwoRefunds, _refunds.Count);

        for (var crash = 0; crash <= length; crash++)
        {
            Reset();
            await RunToTheEndAsync(crash);
            AssertWorld($"crash before event {crash + 1}");
        }

        // Every kind of event an uninterrupted run with approvals writes was a crash point, and so were those of taking up again.
        Assert.Superset(
            new HashSet<string>
            {
                nameof(RunStarted), nameof(ModelReplied), nameof(CallDecided), nameof(ApprovalRequested), nameof(CallStarted), nameof(CallCompleted), nameof(RunParked),
                nameof(RunResumed), nameof(ApprovalDecided), nameof(RunCompleted),
            },
            _kinds);
    }

    [Fact]
    public async Task Run_CrashAgainWhileRecovering_NoEffectTwiceNothingLostNothingStuck()
    {
        var length = await RunToTheEndAsync();
        for (var first = 0; first <= length; first += 2)
        {
            for (var second = 0; second <= 8; second++)
            {
                Reset();
                await RunToTheEndAsync(first, second);
                AssertWorld($"crash before event {first + 1}, then {second + 1} events later");
            }
        }
    }

    private void AssertWorld(string when)
    {
        Assert.True(_refunds.Count == TwoRefunds && _refunds.Distinct().Count() == TwoRefunds, $"{when}: refunds {string.Join(", ", _refunds)}");
        Assert.True(_tickets.Count == 1, $"{when}: tickets {string.Join(", ", _tickets.Keys)}");
        Assert.True(_saves >= 1, $"{when}: the idempotent call was lost");
    }

    // Plays the operator: starts, answers every question truthfully, resumes, and starts the host again after each crash.
    private async Task<int> RunToTheEndAsync(params int[] crashPoints)
    {
        var disk = new MemoryJournal();
        var crashes = new Queue<int>(crashPoints);
        for (var process = 0; process < 50; process++)
        {
            var journal = new CrashingJournal(disk, crashes.TryDequeue(out var crash) ? crash : int.MaxValue);
            var host = new RunHost(journal, Model(), Tools());
            try
            {
                if (await LiveAsync(host, disk))
                {
                    var runs = await disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken);
                    var events = await host.EventsAsync(Assert.Single(runs).SessionId);
                    _kinds.UnionWith(events.Select(runEvent => runEvent.GetType().Name));
                    return events.Count;
                }
            }
            catch (ProcessCrash)
            {
                Assert.True(journal.Crashed);
            }
        }

        throw new InvalidOperationException("The run is stuck.");
    }

    private async Task<bool> LiveAsync(RunHost host, MemoryJournal disk)
    {
        var known = await disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken);
        var result = known.Count == 0 ? await host.StartAsync("do it all") : await host.ResumeAsync(known[0].RunId);
        while (result.Status == RunStatus.WaitingForApproval)
        {
            Assert.NotEmpty(result.Approvals);
            foreach (var approval in result.Approvals)
            {
                await host.AnswerAsync(approval.ApprovalId, Truth(approval));
            }

            result = await host.ResumeAsync(result.RunId);
        }

        return result.Status == RunStatus.Completed;
    }

    private ApprovalAnswer Truth(ApprovalSummary approval) => approval.Kind == ApprovalKind.Action
        ? ApprovalAnswer.Approved
        : _refunds.Contains($"{approval.RunId}/{approval.CallId}") ? ApprovalAnswer.Happened : ApprovalAnswer.DidNotHappen;

    private static ScriptedChatClient Model() => new(
        Calls(("test-look", null), ("test-refund", null), ("test-ticket", null), ("test-look", null)),
        Calls(("test-refund", null), ("test-save", null)),
        Says("Done."));

    private KernelHost.Catalog.Tool[] Tools() =>
    [
        TestTools.Create("look", ToolEffect.Read, () => "seen"),
        TestTools.Create("refund", ToolEffect.Once, (ToolContext context) =>
        {
            _refunds.Add(context.IdempotencyKey);
            return "refunded";
        }),
        TestTools.Create("ticket", ToolEffect.Keyed, (ToolContext context) =>
        {
            _tickets[context.IdempotencyKey] = _tickets.GetValueOrDefault(context.IdempotencyKey) + 1;
            return "opened";
        }),
        TestTools.Create("save", ToolEffect.Idempotent, () => _saves++),
    ];

    private void Reset()
    {
        _refunds.Clear();
        _tickets.Clear();
        _saves = 0;
    }
}
