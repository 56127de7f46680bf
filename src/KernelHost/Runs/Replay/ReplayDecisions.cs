using KernelHost.Runs.Events;

namespace KernelHost.Runs.Replay;

/// <summary>Which calls a replay decided otherwise than the recorded run.</summary>
internal static class ReplayDecisions
{
    public static List<DecisionChange> Compare(IReadOnlyList<RunEvent> recorded, IReadOnlyList<RunEvent> replayed)
    {
        var calls = RecordedCall.Of(recorded);
        var now = RecordedCall.Of(replayed).ToDictionary(call => call.CallId, StringComparer.Ordinal);
        List<DecisionChange> changes = [];
        foreach (var call in calls)
        {
            var other = now.GetValueOrDefault(call.CallId);
            if (call.Decision != other?.Decision)
            {
                changes.Add(call.Changed(call.Tool ?? other?.Tool, other?.Decision));
            }
        }

        return changes;
    }
}
