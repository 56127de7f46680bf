using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Replay;
using KernelHost.Tests.Runs.Support;

namespace KernelHost.Tests.Runs.Replay;

/// <summary>Replays of what a test has recorded.</summary>
internal static class Recorded
{
    public static Task<ReplayReport> ReplayAsync(this RunHost host, string runId) =>
        new RunReplay(host, host.Journal).ReplayAsync(runId, TestContext.Current.CancellationToken);

    /// <summary>Replays with the journal as it stands and checks that nothing differs.</summary>
    public static async Task AssertReplaysAsync(this RunHost host, string runId, string what = "")
    {
        var report = await host.ReplayAsync(runId);
        Assert.True(report.IsEqual, $"{what} {string.Join("\n", report.Differences)}\n{string.Join("\n", report.Notes)}");
        Assert.Equal(report.RecordedEvents, report.ReplayedEvents);
        Assert.Empty(report.Decisions);
    }

    /// <summary>The journal of a session with one event rewritten in its JSON.</summary>
    public static async Task<MemoryJournal> RewriteAsync(this RunHost host, string sessionId, long sequence, string old, string replacement)
    {
        MemoryJournal journal = new();
        var events = (await host.EventsAsync(sessionId)).Select(RunRecording.Copy).ToArray();
        var json = System.Text.Encoding.UTF8.GetString(RunEventJson.Write(events[sequence - 1]));
        Assert.Contains(old, json, StringComparison.Ordinal);
        events[sequence - 1] = RunEventJson.Read(System.Text.Encoding.UTF8.GetBytes(json.Replace(old, replacement, StringComparison.Ordinal)));
        await journal.AppendAsync(sessionId, 0, events, TestContext.Current.CancellationToken);
        return journal;
    }
}
