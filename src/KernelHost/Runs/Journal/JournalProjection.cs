using System.Text.Json;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.Journal;

/// <summary>How the lists of runs and approvals follow from events; every store projects by these rules.</summary>
internal static class JournalProjection
{
    /// <summary>The status of a run after an event, or <see langword="null"/> when the event does not change it.</summary>
    public static RunStatus? StatusAfter(RunEvent runEvent) => runEvent switch
    {
        RunStarted or RunResumed => RunStatus.Running,
        RunParked => RunStatus.WaitingForApproval,
        RunInterrupted => RunStatus.Interrupted,
        RunCompleted completed => completed.Limit is null ? RunStatus.Completed : RunStatus.Stopped,
        RunCancelled => RunStatus.Cancelled,
        RunPaused => RunStatus.Paused,
        _ => null,
    };

    public static RunSummary Start(string sessionId, RunStarted started) => new()
    {
        RunId = started.RunId,
        SessionId = sessionId,
        Agent = started.Agent,
        Principal = started.Principal,
        Request = Preview(started.Request),
        Status = RunStatus.Running,
        StartedAt = started.Time,
        UpdatedAt = started.Time,
        ParentRunId = started.Parent?.RunId,
    };

    // A list shows what was asked for; the whole text stands in the event, once.
    private static string Preview(string request)
    {
        if (request.Length <= RunSummary.LongestRequest)
        {
            return request;
        }

        var end = RunSummary.LongestRequest - 1;
        return request[..(char.IsHighSurrogate(request[end - 1]) ? end - 1 : end)] + "…";
    }

    /// <summary>The arguments as one JSON object.</summary>
    public static JsonElement ArgumentsElement(IDictionary<string, object?>? arguments) =>
        JsonSerializer.SerializeToElement(
            arguments is null ? [] : new Dictionary<string, object?>(arguments, StringComparer.Ordinal),
            RunEventJson.Default.DictionaryStringObject);
}
