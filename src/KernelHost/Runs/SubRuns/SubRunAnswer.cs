using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;

namespace KernelHost.Runs.SubRuns;

/// <summary>What a run reads of a sub-run that has ended: its answer, citing by the numbers of the run that reads it, or why there is none.</summary>
internal static class SubRunAnswer
{
    public static CallEvent Create(SessionState parent, CallState call, RunState child)
    {
        var run = parent.Run!;
        if (child.Cancelled is { } cancelled)
        {
            return Fail(run, call, $"The agent '{child.Started.Agent}' did not finish. {RunCancellation.Describe(cancelled)}", child.Usage);
        }

        if (child.Completed is not { } completed)
        {
            return Fail(run, call, $"The agent '{child.Started.Agent}' could not finish: {child.Interrupted?.Reason ?? "its run was ended"}", child.Usage);
        }

        var (answer, sources, added) = Renumber(completed, parent.Passages);
        return new CallCompleted
        {
            RunId = run.RunId,
            CallId = call.CallId,
            Result = sources.Count == 0 && completed is { Limit: null, Grounding: not { NotFound: true } } ? answer : Describe(answer, sources, completed),
            Integrity = child.Integrity,
            Passages = added,
            DurationMs = child.Usage.Active.TotalMilliseconds,
            SubRunUsage = child.Usage,
            ApprovalId = call.ApprovalId,
        };
    }

    public static CallFailed Fail(RunState run, CallState call, string error, RunUsage? usage) => new()
    {
        RunId = run.RunId,
        CallId = call.CallId,
        Failure = CallFailure.Failed,
        Error = $"Error: {error}",
        DurationMs = usage?.Active.TotalMilliseconds ?? 0,
        SubRunUsage = usage,
    };

    // A passage the run holds already keeps its number. A marker that cites nothing must not come to cite something here.
    private static (string Answer, List<Citation> Sources, List<Citation> Added) Renumber(RunCompleted completed, IReadOnlyList<Citation> known)
    {
        Dictionary<int, int> numbers = [];
        List<Citation> sources = [];
        List<Citation> added = [];
        foreach (var cited in completed.Citations)
        {
            var citation = known.Concat(added).FirstOrDefault(other => other.Retriever == cited.Retriever && other.Source == cited.Source && other.Text == cited.Text);
            if (citation is null)
            {
                citation = cited with { Number = known.Count + added.Count + 1 };
                added.Add(citation);
            }

            numbers[cited.Number] = citation.Number;
            sources.Add(citation);
        }

        return (CitationMarkers.Renumber(completed.Answer, numbers), sources, added);
    }

    private static JsonElement Describe(string answer, List<Citation> sources, RunCompleted completed)
    {
        var result = new JsonObject { ["answer"] = answer };
        if (completed.Grounding is { NotFound: true })
        {
            result["notFound"] = true;
        }

        if (completed.Limit is { } limit)
        {
            result["incomplete"] = $"The agent was stopped at its limit of {limit}.";
        }

        if (sources.Count > 0)
        {
            result["sources"] = new JsonArray([.. sources.Select(Describe)]);
        }

        return JsonSerializer.SerializeToElement(result);
    }

    private static JsonObject Describe(Citation citation)
    {
        var source = new JsonObject
        {
            ["cite"] = string.Create(CultureInfo.InvariantCulture, $"[{citation.Number}]"),
            ["source"] = citation.Source,
        };
        if (citation.Title is not null)
        {
            source["title"] = citation.Title;
        }

        if (citation.Section is not null)
        {
            source["section"] = citation.Section;
        }

        return source;
    }
}
