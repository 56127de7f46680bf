using KernelHost.Catalog;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.SubRuns;

/// <summary>The process dies between any two events of nested runs; each run is found again, no sub-run is started twice and no effect made twice.</summary>
public sealed class SubRunCrashTests
{
    private const int Runs = 4;
    private readonly List<string> _refunds = [];
    private readonly Lock _gate = new();

    [Fact]
    public async Task Run_CrashBeforeAnyEventOfAnyRun_NoEffectTwiceNoSubRunTwiceNothingStuck()
    {
        var length = await RunToTheEndAsync();
        Assert.Equal(3, _refunds.Count);

        for (var crash = 0; crash <= length; crash++)
        {
            _refunds.Clear();
            await RunToTheEndAsync(crash);
            AssertWorld($"crash before event {crash + 1}");
        }
    }

    [Fact]
    public async Task Run_CrashAgainWhileRecovering_NoEffectTwiceNoSubRunTwiceNothingStuck()
    {
        var length = await RunToTheEndAsync();
        for (var first = 0; first <= length; first += 3)
        {
            for (var second = 0; second <= 8; second += 2)
            {
                _refunds.Clear();
                await RunToTheEndAsync(first, second);
                AssertWorld($"crash before event {first + 1}, then {second + 1} events later");
            }
        }
    }

    private void AssertWorld(string when) =>
        Assert.True(_refunds.Count == 3 && _refunds.Distinct().Count() == 3, $"{when}: refunds {string.Join(", ", _refunds)}");

    // Plays the operator: starts, answers every question truthfully, resumes, and starts the host again after each crash.
    private async Task<int> RunToTheEndAsync(params int[] crashPoints)
    {
        var disk = new MemoryJournal();
        var crashes = new Queue<int>(crashPoints);
        for (var process = 0; process < 50; process++)
        {
            var house = House(new CrashingJournal(disk, crashes.TryDequeue(out var crash) ? crash : int.MaxValue));
            try
            {
                if (await LiveAsync(house))
                {
                    return await CheckAsync(house);
                }
            }
            catch (ProcessCrash)
            {
            }
        }

        throw new InvalidOperationException("The run is stuck.");
    }

    private static async Task<int> CheckAsync(AgentHouse house)
    {
        var runs = await house.RunsAsync();
        Assert.Equal(Runs, runs.Count);
        var events = 0;
        foreach (var run in runs)
        {
            Assert.Equal((RunStatus.Completed, "alice"), (run.Status, run.Principal));
            events += (await house.EventsAsync(run.SessionId)).Count;
            var report = await new RunReplay(house, house.Journal).ReplayAsync(run.RunId, TestContext.Current.CancellationToken);
            Assert.True(report.IsEqual, $"{run.Agent}: {string.Join("\n", report.Differences)}\n{string.Join("\n", report.Notes)}");
        }

        return events;
    }

    private async Task<bool> LiveAsync(AgentHouse house)
    {
        var root = (await house.RunsAsync()).FirstOrDefault(run => run.Agent == "top");
        var result = root is null ? await house.StartAsync("top", "do it all") : await house.ResumeAsync(root.RunId);
        while (result.Status == RunStatus.WaitingForApproval)
        {
            Assert.NotEmpty(result.Approvals);
            foreach (var approval in result.Approvals)
            {
                await house.AnswerAsync(approval.ApprovalId, Truth(approval));
            }

            result = await house.ResumeAsync(result.RunId);
        }

        return result.Status == RunStatus.Completed;
    }

    private ApprovalAnswer Truth(ApprovalSummary approval) => approval.Kind == ApprovalKind.Action
        ? ApprovalAnswer.Approved
        : _refunds.Contains($"{approval.RunId}/{approval.CallId}") ? ApprovalAnswer.Happened : ApprovalAnswer.DidNotHappen;

    private AgentHouse House(JournalStore journal) => new AgentHouse(journal)
        .Add("top", new ScriptedChatClient(
            Calls(("test-look", null), ("agent-ask_middle", new { request = "m" }), ("agent-ask_side", new { request = "s" }), ("test-refund", null)), Says("top")), asks: ["middle", "side"], tools: Tools())
        .Add("middle", new ScriptedChatClient(Calls(("agent-ask_bottom", new { request = "b" }), ("test-look", null)), Says("middle")), asks: ["bottom"], tools: Tools())
        .Add("bottom", new ScriptedChatClient(Calls(("test-refund", null)), Says("bottom")), tools: Tools())
        .Add("side", new ScriptedChatClient(Calls(("test-refund", null)), Says("side")), tools: Tools());

    private Tool[] Tools() => _tools ??=
    [
        TestTools.Create("look", ToolEffect.Read, () => "seen"),
        TestTools.Create("refund", ToolEffect.Once, (ToolContext context) =>
        {
            lock (_gate)
            {
                _refunds.Add(context.IdempotencyKey);
            }

            return "refunded";
        }),
    ];

    private Tool[]? _tools;
}
