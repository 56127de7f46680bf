using KernelHost.Runs.Events;
using KernelHost.Runs.State;

namespace KernelHost.Tests.Runs.Provenance;

public sealed class SeenContentTests
{
    [Fact]
    public void Compaction_LetsGoOfOldUntrustedResultsAndOfNothingElse()
    {
        var state = new SessionState("ses_1");
        state.Apply(new RunStarted { RunId = "run_1", Agent = "a", Principal = "alice", Request = "Pay bob.", Instructions = "", PolicyVersion = "" });
        for (var step = 1; step <= 100; step++)
        {
            var call = new ProposedCall { CallId = $"{step}.1", ModelCallId = "c", Name = "read" };
            state.Apply(new ModelReplied { RunId = "run_1", Step = step, Text = "", Calls = [call] });
            state.Apply(new CallCompleted { RunId = "run_1", CallId = call.CallId, Result = $"result {step}", Integrity = step == 2 ? Integrity.Typed : Integrity.Untrusted });
        }

        state.Apply(new HistoryCompacted { RunId = "run_1", UpTo = 20, Summary = "They read.", Integrity = Integrity.Untrusted, Cause = CompactionCause.Threshold, Kept = 1 });

        Assert.Equal((101, 101), (state.Seen.Count, state.SeenCount));
        Assert.Equal(("Pay bob.", (object?)null, "result 2", "result 100"), (state.Seen[0].Value, state.Seen[1].Value, state.Seen[2].Value, state.Seen[100].Value));
        Assert.Equal("1.1", state.Seen[1].CallId);
    }
}
