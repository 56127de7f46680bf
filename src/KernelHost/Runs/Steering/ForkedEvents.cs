using System.Text.Json;
using System.Text.Json.Nodes;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;

namespace KernelHost.Runs.Steering;

/// <summary>
/// The events of a session as the first of another: runs and approvals under ids of their own, each id the same everywhere. What was
/// under way at the cut is brought to a state in which nothing can happen twice: a call that had begun is closed, and an approval that
/// was not used up yet is not copied, because it was given for one call.
/// </summary>
internal sealed class ForkedEvents
{
    /// <summary>What the model reads of a call that had begun at the cut.</summary>
    public const string NotRepeated = "This call had begun where the session was forked from another. It is not made again here.";

    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly List<RunEvent> _events = [];
    private readonly HashSet<string> _undecided = new(StringComparer.Ordinal);
    private readonly HashSet<string> _questions = new(StringComparer.Ordinal);
    private readonly RunState? _open;

    private ForkedEvents(IReadOnlyList<RunEvent> prefix, string sessionId)
    {
        SessionState state = new(sessionId);
        foreach (var runEvent in prefix)
        {
            state.Apply(runEvent);
        }

        Latest = state.Run;
        _open = state.Run is { Ended: false } run ? run : null;
        _undecided.UnionWith((_open?.OpenCalls ?? []).Where(static call => call is { Closed: false, Started: false }).Select(static call => call.CallId));
        if (_open?.TopUp is { } topUp)
        {
            _undecided.Add(topUp.CallId);
        }

        _questions.UnionWith(prefix.OfType<ApprovalRequested>().Where(IsUndecided).Select(static question => question.ApprovalId));
    }

    private RunState? Latest { get; }

    /// <summary>Writes the fork's events.</summary>
    /// <param name="prefix">The events to copy, from the first.</param>
    /// <param name="origin">Where the fork comes from; its run's id is replaced.</param>
    /// <param name="now">The time of the fork.</param>
    public static (IReadOnlyList<RunEvent> Events, string? RunId, bool CanResume) Create(IReadOnlyList<RunEvent> prefix, Origin origin, DateTimeOffset now)
    {
        var fork = new ForkedEvents(prefix, origin.SessionId);
        fork.Copy(prefix);
        fork.LetGo(origin);
        fork._events.Insert(0, new SessionForked
        {
            RunId = fork.IdOf(origin.RunId, RunIds.NewRun),
            FromSession = origin.SessionId,
            FromRun = origin.RunId,
            FromSequence = prefix.Count == 0 ? 0 : prefix[^1].Sequence,
            By = origin.By,
            Length = fork._events.Count + 1,
            Time = now,
        });
        for (var i = 0; i < fork._events.Count; i++)
        {
            fork._events[i].Sequence = i + 1;
        }

        return (fork._events, fork.Latest is null ? null : fork._ids[fork.Latest.RunId], fork._open is not null);
    }

    private void Copy(IReadOnlyList<RunEvent> prefix)
    {
        foreach (var runEvent in prefix)
        {
            if (runEvent is RunStarted)
            {
                IdOf(runEvent.RunId, RunIds.NewRun);
            }
            else if (runEvent is ApprovalRequested question)
            {
                IdOf(question.ApprovalId, RunIds.NewApproval);
            }
            else if (runEvent is ApprovalInput input)
            {
                IdOf(input.ApprovalId, RunIds.NewApproval);
            }

            // What was asked of the process was dealt with there, and what people had remembered is remembered once.
            if (runEvent is not (SessionForked or ApprovalRemembered or RememberedRevoked) && runEvent != _open?.CancelRequest && runEvent != _open?.PauseRequest)
            {
                Copy(runEvent);
            }
        }
    }

    // Ids stand in the event's own members; what tools and people wrote stays as it is.
    private void Copy(RunEvent runEvent)
    {
        var json = JsonNode.Parse(RunEventJson.Write(runEvent))!.AsObject();
        if (IsUndecided(runEvent) || Concerns(json, "approvalId") || Concerns(json, "replaces"))
        {
            // An edit asks anew under an id of its own, and goes with what it replaces.
            _questions.Add(Text(json, "approvalId") ?? "");
            return;
        }

        foreach (var (name, value) in json.ToList())
        {
            if (value is JsonValue && value.GetValueKind() == JsonValueKind.String && (name.EndsWith("Id", StringComparison.OrdinalIgnoreCase) || name == "replaces")
                && _ids.TryGetValue(value.GetValue<string>(), out var id))
            {
                json[name] = id;
            }
        }

        // A copy of a sub-run answers to nobody, and a copy has no sub-runs: they belong to the original, which alone may end them.
        json.Remove("parent");
        json.Remove("ancestors");
        json.Remove("subRun");
        _events.Add(RunEventJson.Read(JsonSerializer.SerializeToUtf8Bytes(json, RunEventJson.Default.JsonObject)));
    }

    private bool IsUndecided(RunEvent runEvent) => runEvent is CallEvent call && call.RunId == _open?.RunId && _undecided.Contains(call.CallId);

    private void LetGo(Origin origin)
    {
        if (_open is null)
        {
            return;
        }

        // The run worked up to the cut; the time from there to the fork does not count as work.
        var cut = _events[^1].Time;

        var runId = _ids[_open.RunId];
        foreach (var call in _open.OpenCalls.Where(static call => call is { Closed: false, Started: true }))
        {
            _events.Add(new CallFailed { RunId = runId, CallId = call.CallId, Failure = CallFailure.UnknownOutcome, Error = NotRepeated, Time = cut });
        }

        _events.Add(new RunInterrupted { RunId = runId, Reason = $"forked from run {origin.RunId}", Time = cut });
    }

    private string IdOf(string id, Func<string> create) => _ids.TryGetValue(id, out var known) ? known : _ids[id] = create();

    private bool Concerns(JsonObject json, string member) => Text(json, member) is { } approval && _questions.Contains(approval);

    private static string? Text(JsonObject json, string name) =>
        json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>Where a fork comes from, and who makes it.</summary>
    internal readonly record struct Origin(string SessionId, string RunId, string By);
}
