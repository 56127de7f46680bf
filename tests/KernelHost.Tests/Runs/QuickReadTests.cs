using KernelHost.Agents;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs;

/// <summary>Reads that have proved to answer at once share the commit of their result. Nothing with an effect does.</summary>
public sealed class QuickReadTests
{
    private const int Proof = 16;
    private const int Rounds = 20;
    private int _looked;

    [Fact]
    public async Task Start_ReadsThatAnswerAtOnce_BecomeDurableWithTheirResult()
    {
        List<int> units = [];
        await using var journal = new InterposedJournal(new MemoryJournal(), events =>
        {
            units.Add(events.Count);
            return ValueTask.CompletedTask;
        });

        var result = await Host(journal, ToolEffect.Read).StartAsync("look");

        // The start, two commits a round until the proof, then one, and the answer with its end.
        Assert.Equal(RunStatus.Completed, result.Status);
        Assert.Equal(1 + (2 * Proof) + (Rounds - Proof) + 1, units.Count);
    }

    [Fact]
    public async Task Start_EffectsThatAnswerAtOnce_AreStillAnnouncedFirst()
    {
        List<int> units = [];
        await using var journal = new InterposedJournal(new MemoryJournal(), events =>
        {
            units.Add(events.Count);
            Assert.False(events.Any(runEvent => runEvent is CallStarted) && events.Any(runEvent => runEvent is CallCompleted));
            return ValueTask.CompletedTask;
        });

        await Host(journal, ToolEffect.Idempotent).StartAsync("look");

        Assert.Equal(1 + (2 * Rounds) + 1, units.Count);
    }

    [Fact]
    public async Task Crash_AtAnyEventOfQuickReads_EveryResultIsThereOnceAfterResuming()
    {
        var events = 2 + (4 * Rounds) + 1;
        for (var crash = 4 * Proof; crash < events; crash++)
        {
            await using var disk = new MemoryJournal();
            var host = Host(new CrashingJournal(disk, crash), ToolEffect.Read);
            await Assert.ThrowsAsync<ProcessCrash>(() => host.StartAsync("look"));
            var run = Assert.Single(await disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken));

            var result = await Host(disk, ToolEffect.Read).ResumeAsync(run.RunId);

            Assert.Equal(RunStatus.Completed, result.Status);
            var journal = await disk.ReadAsync(run.SessionId, afterSequence: 0, TestContext.Current.CancellationToken);
            Assert.Equal(Rounds, journal.OfType<CallCompleted>().Select(completed => completed.CallId).Distinct().Count());
            Assert.Equal(Rounds, journal.OfType<CallCompleted>().Count());
        }
    }

    private RunHost Host(JournalStore journal, ToolEffect effect)
    {
        var look = TestTools.Create("look", effect, () => $"thing {++_looked}");
        return new RunHost(journal, new ScriptedChatClient([.. Enumerable.Repeat(Calls(("test-look", null)), Rounds), Says("Done.")]), look)
        {
            Limits = new AgentLimits { Steps = 100 },
            Policy = PolicyDocument.Parse("""
                version: 1
                rules:
                  - { id: harmless, decision: allow, tools: [test/look], reason: Harmless. }
                """, "test.yaml"),
        };
    }
}
