using System.Text.Json;
using KernelHost.Agents;
using KernelHost.Catalog;
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

    [Theory]
    [InlineData("disposed")]
    [InlineData("throws")]
    [InlineData("object")]
    public async Task Start_AQuickReadThenAnswersOtherwise_ThatCallOnlyIsDifferent(string kind)
    {
        var odd = TestTools.Raw("look", ToolEffect.Read, () => ++_looked < Rounds ? $"thing {_looked}" : kind switch
        {
            "disposed" => Disposed(),
            "throws" => throw new InvalidOperationException("I am tired."),
            _ => new List<int> { 1, 2 },
        });

        var host = Host(new MemoryJournal(), odd);
        var result = await host.StartAsync("look");

        var events = await host.EventsAsync(result.SessionId);
        Assert.Equal(RunStatus.Completed, result.Status);
        Assert.Equal(kind == "object" ? Rounds : Rounds - 1, events.OfType<CallCompleted>().Count());
        Assert.Equal(kind == "object" ? [] : [CallFailure.Failed], events.OfType<CallFailed>().Select(failed => failed.Failure));
    }

    private static JsonElement Disposed()
    {
        using var document = JsonDocument.Parse("[1]");
        return document.RootElement;
    }

    private RunHost Host(JournalStore journal, ToolEffect effect) => Host(journal, TestTools.Create("look", effect, () => $"thing {++_looked}"));

    private static RunHost Host(JournalStore journal, Tool look) => new(journal, new ScriptedChatClient([.. Enumerable.Repeat(Calls(("test-look", null)), Rounds), Says("Done.")]), look)
    {
        Limits = new AgentLimits { Steps = 100 },
        Policy = PolicyDocument.Parse("""
            version: 1
            rules:
              - { id: harmless, decision: allow, tools: [test/look], reason: Harmless. }
            """, "test.yaml"),
    };
}
