using KernelHost.Runs;
using KernelHost.Runs.Events;

namespace KernelHost.Cli.Running;

/// <summary>The events of one run, gathered for showing: its calls with their outcomes, its passages, what the model said last.</summary>
internal sealed class RunTranscript
{
    private readonly List<RunEvent> _events = [];
    private readonly List<CallRecord> _calls = [];
    private readonly List<Citation> _passages = [];

    public IReadOnlyList<RunEvent> Events => _events;

    public IReadOnlyList<CallRecord> Calls => _calls;

    public IReadOnlyList<Citation> Passages => _passages;

    public RunStarted? Started { get; private set; }

    /// <summary>The text of the model's last reply; empty beside calls more often than not.</summary>
    public string LastText { get; private set; } = "";

    public static RunTranscript Read(string runId, IEnumerable<RunEvent> session)
    {
        var transcript = new RunTranscript();
        foreach (var runEvent in session)
        {
            if (runEvent.RunId == runId)
            {
                transcript.Add(runEvent);
            }
        }

        return transcript;
    }

    /// <summary>Takes an event in.</summary>
    /// <returns>The call that it is about, if it is about one.</returns>
    public CallRecord? Add(RunEvent runEvent)
    {
        _events.Add(runEvent);
        switch (runEvent)
        {
            case RunStarted started:
                Started = started;
                break;
            case ModelReplied replied:
                LastText = replied.Text;
                _calls.AddRange(replied.Calls.Select(call => new CallRecord(call)));
                break;
            case ApprovalEdited edited when _calls.FindLast(call => call.Question?.ApprovalId == edited.ApprovalId) is { } changed:
                changed.Edited = edited.Arguments;
                break;
            case CallEvent callEvent when _calls.FindLast(call => call.CallId == callEvent.CallId) is { } call:
                Add(call, callEvent);
                return call;
        }

        return null;
    }

    private void Add(CallRecord call, CallEvent callEvent)
    {
        switch (callEvent)
        {
            case CallDecided decided:
                (call.Decision, call.Tool) = (decided, decided.Tool);
                break;
            case ApprovalRequested requested:
                (call.Question, call.Tool, call.Started) = (requested, requested.Tool, false);
                break;
            case CallStarted:
                call.Started = true;
                break;
            case CallCompleted completed:
                call.Completed = completed;
                _passages.AddRange(completed.Passages);
                break;
            case CallFailed failed:
                call.Failed = failed;
                break;
        }
    }
}
