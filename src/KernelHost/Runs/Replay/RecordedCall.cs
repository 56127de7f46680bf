using KernelHost.Runs.Approvals;
using KernelHost.Runs.Events;
using KernelHost.Runs.Provenance;
using KernelHost.Runs.State;

namespace KernelHost.Runs.Replay;

/// <summary>A proposed call and what became of it.</summary>
internal sealed class RecordedCall(RunStarted run, string agent, CallState state, IReadOnlyList<SeenContent> seen)
{
    private RememberedApproval? _remembered;

    public RunStarted Run { get; } = run;

    /// <summary>The agent that had the conversation.</summary>
    public string Agent { get; } = agent;

    public ProposedCall Proposed => state.Call;

    public string CallId => Proposed.CallId;

    /// <summary>The tool's qualified name; <see langword="null"/> when the policy was never asked.</summary>
    public string? Tool { get; private set; }

    /// <summary>The gate's last word; <see langword="null"/> when the run ended before it.</summary>
    public DecidedAs? Decision { get; private set; }

    /// <summary>Whether a person was asked for permission.</summary>
    public bool Asked { get; private set; }

    /// <summary>Whether the call returned a result.</summary>
    public bool Succeeded { get; private set; }

    /// <summary>The control arguments that were filled from untrusted content.</summary>
    public IReadOnlyList<Policy.UntrustedValue>? Untrusted(Catalog.Tool tool) => ControlValues.FindUntrusted(tool, state, seen);

    /// <summary>The policy's answer with the person's put over it, where one that was remembered would hold for this answer, too.</summary>
    public Policy.Decision Remember(Policy.Decision decision, Catalog.Tool tool) =>
        _remembered is { } applied && RememberedMatch.StillHolds(applied, state, tool, decision) ? RememberedMatch.Decision(applied, decision) : decision;

    /// <summary>All calls that events propose, in order.</summary>
    /// <param name="events">The events.</param>
    /// <param name="session">An empty session to fold them into, when they are all of a session: then the calls know what was read before them.</param>
    public static List<RecordedCall> Of(IEnumerable<RunEvent> events, SessionState? session = null)
    {
        List<RecordedCall> calls = [];
        Dictionary<(string RunId, string CallId), RecordedCall> open = [];
        RunStarted? run = null;
        var copied = 0L;
        var agent = "";
        foreach (var runEvent in events)
        {
            session?.Apply(runEvent);
            switch (runEvent)
            {
                // What a fork copied counts in the session it was copied from.
                case SessionForked fork:
                    copied = fork.Length;
                    break;
                case RunStarted started:
                    (run, agent) = (started, started.Agent);
                    break;
                case ModelReplied replied when run is not null && replied.Sequence > copied:
                    foreach (var proposed in replied.Calls)
                    {
                        var (integrity, seen) = session is { Run: { } read } ? (read.Integrity, session.SeenCount) : (Integrity.Trusted, 0);
                        calls.Add(open[(run.RunId, proposed.CallId)] = new RecordedCall(run, agent, new CallState(proposed, integrity, seen), session?.Seen ?? []));
                    }

                    break;
                case HandedOver handed:
                    agent = handed.To;
                    break;
                case CallEvent callEvent when open.TryGetValue((callEvent.RunId, callEvent.CallId), out var call):
                    call.Apply(callEvent);
                    break;
            }
        }

        return calls;
    }

    public DecisionChange Changed(string? tool, DecidedAs? replayed) => new()
    {
        RunId = Run.RunId,
        CallId = CallId,
        Tool = tool ?? Proposed.Name,
        Arguments = Proposed.Arguments,
        Recorded = Decision,
        Replayed = replayed,
        Succeeded = Succeeded,
    };

    private void Apply(CallEvent callEvent)
    {
        switch (callEvent)
        {
            case CallDecided decided:
                (Tool, _remembered) = (decided.Tool, decided.Remembered);
                Decision = DecidedAs.Of(decided.Verdict, decided.Rule, decided.Reason);
                break;
            case CallFailed { Failure: CallFailure.Invalid } refused when Decision is null:
                Decision = DecidedAs.Invalid(refused.Error);
                break;
            case ApprovalRequested { Kind: ApprovalKind.Action }:
                Asked = true;
                break;
            case CallCompleted:
                Succeeded = true;
                break;
        }
    }
}
