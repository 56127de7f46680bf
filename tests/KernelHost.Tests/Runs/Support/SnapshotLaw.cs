using System.Text;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;

namespace KernelHost.Tests.Runs.Support;

/// <summary>
/// A session that is opened from a snapshot, taken at any event, is the session folded from its beginning. <see cref="RunHost"/> holds
/// what the tests of every feature record to it, so that a new field of the state which a snapshot loses is found by that feature's tests.
/// </summary>
internal static class SnapshotLaw
{
    // The check is quadratic.
    private const int Longest = 150;

    public static void Check(string sessionId, IReadOnlyList<RunEvent> events)
    {
        if (events.Count > Longest)
        {
            return;
        }

        var whole = Text(Fold(new SessionState(sessionId), events));
        var state = new SessionState(sessionId);
        for (var i = 0; i < events.Count; i++)
        {
            state.Apply(events[i]);
            var restored = SnapshotJson.Read(SnapshotJson.Write(state));
            Assert.Equal(Text(state), Text(restored));
            Assert.Equal(whole, Text(Fold(restored, events.Skip(i + 1))));
        }
    }

    /// <summary>Everything that is folded, but for the conversation.</summary>
    public static string Text(SessionState state) => Encoding.UTF8.GetString(SnapshotJson.Write(state));

    private static SessionState Fold(SessionState state, IEnumerable<RunEvent> events)
    {
        foreach (var runEvent in events)
        {
            state.Apply(runEvent);
        }

        return state;
    }
}
