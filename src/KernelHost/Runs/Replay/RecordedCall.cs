using KernelHost.Runs.Events;

namespace KernelHost.Runs.Replay;

/// <summary>A proposed call and what became of it.</summary>
internal sealed class RecordedCall(RunStarted run, string agent, ProposedCall proposed)
{
    public RunStarted Run { get; } = run;

    /// <summary>The agent that had the conversation.</summary>
    public string Agent { get; } = agent;

    public ProposedCall Proposed { get; } = proposed;

    public string CallId => Proposed.CallId;

    /// <summary>The tool's qualified name; <see langword="null"/> when the policy was never asked.</summary>
    public string? Tool { get; private set; }

    /// <summary>The gate's last word; <see langword="null"/> when the run ended before it.</summary>
    public DecidedAs? Decision { get; private set; }

    /// <summary>Whether a person was asked for permission.</summary>
    public bool Asked { get; private set; }

    /// <summary>Whether the call returned a result.</summary>
    public bool Succeeded { get; private set; }

    /// <summary>All calls that a session's events propose, in order.</summary>
    public static List<RecordedCall> Of(IEnumerable<RunEvent> events)
    {
        List<RecordedCall> calls = [];
        Dictionary<(string RunId, string CallId), RecordedCall> open = [];
        RunStarted? run = null;
        var copied = 0L;
        var agent = "";
        foreach (var runEvent in events)
        {
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
                        calls.Add(open[(run.RunId, proposed.CallId)] = new RecordedCall(run, agent, proposed));
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
                Tool = decided.Tool;
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
