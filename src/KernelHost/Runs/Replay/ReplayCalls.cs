using System.Collections.Concurrent;
using System.Text.Json;
using KernelHost.Loading;
using KernelHost.Memory.Retrieval;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;
using Microsoft.SemanticKernel;

namespace KernelHost.Runs.Replay;

/// <summary>
/// Stands before every tool and answers in its place what was recorded; no tool is invoked. Calls that ran side by side end in the
/// recorded order, one after another.
/// </summary>
internal sealed class ReplayCalls(ReplaySegment replay, TaskScheduler scheduler) : IFunctionInvocationFilter
{
    private readonly List<Pending> _pending = [];
    private readonly ConcurrentDictionary<string, Progress> _progress = new(StringComparer.Ordinal);

    public async Task OnFunctionInvocationAsync(FunctionInvocationContext context, Func<FunctionInvocationContext, Task> next)
    {
        var callId = ((ToolContext)context.Arguments[ToolInvocation.ContextKey]!).CallId;
        if (_progress.GetOrAdd(callId, static _ => new Progress()).FailsNow(Attempts(Recorded(callId))))
        {
            throw new ToolException("A transient fault was recorded here.") { IsTransient = true };
        }

        var pending = new Pending(callId, replay.Clock.GetTimestamp(), context.CancellationToken);

        // Reads begin on any threads; from here on one thing happens at a time.
        Schedule(() => Add(pending));
        context.Result = new FunctionResult(context.Function, await pending.Result.Task);
    }

    private void Schedule(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, scheduler);

    private void Add(Pending pending)
    {
        _pending.Add(pending);
        if (_pending.Count >= replay.Journal.Announced)
        {
            ReleaseNext();
        }
    }

    private void ReleaseNext()
    {
        var first = _pending.Where(pending => Recorded(pending.CallId) is not null)
            .MinBy(pending => Outcome(pending.CallId)?.Index ?? int.MaxValue);
        if (first is null)
        {
            // What is left has no recorded result: it was cut off together.
            var rest = _pending.ToArray();
            _pending.Clear();
            CutOff(rest);
            return;
        }

        _pending.Remove(first);
        var staged = replay.State.Sequence;
        Release(first, Recorded(first.CallId)!);
        if (_pending.Count > 0)
        {
            Schedule(() => ReleaseOnceStaged(staged));
        }
    }

    // The loop takes outcomes as they come, so the next call ends only when the outcome of this one is staged. The loop works on the
    // same scheduler, in turns with this.
    private void ReleaseOnceStaged(long before)
    {
        if (replay.State.Sequence > before)
        {
            ReleaseNext();
        }
        else
        {
            Thread.Yield();
            Schedule(() => ReleaseOnceStaged(before));
        }
    }

    // In this segment the call returned or failed; after the replay has left the recorded path, whenever it did.
    private CallEvent? Recorded(string callId) => Outcome(callId)?.Outcome switch
    {
        CallCompleted completed => completed,
        CallTimedOut timedOut => timedOut,
        OutcomeChecked reported => reported,
        CallFailed { Failure: CallFailure.Failed } failed => failed,
        null when replay.Recorded.End is RunParked or RunCompleted => replay.Recording.Result(callId),
        _ => null,
    };

    private (CallEvent Outcome, int Index)? Outcome(string callId) =>
        replay.Recorded.Outcome(callId, _progress.TryGetValue(callId, out var progress) ? progress.Ended : 0);

    private void Release(Pending pending, CallEvent outcome)
    {
        _progress[pending.CallId].End();
        switch (outcome)
        {
            case CallCompleted completed:
                replay.Clock.Elapse(pending.Started, completed.DurationMs);
                pending.Result.SetResult(completed.Passages.Count > 0 || completed.Found is not null ? Passages(completed) : completed.Result);
                break;
            case CallTimedOut timedOut:
                replay.Clock.Elapse(pending.Started, timedOut.DurationMs);
                pending.Result.SetException(new ToolTimeoutException(TimeSpan.FromMilliseconds(timedOut.DurationMs), timedOut.Ended));
                break;
            case OutcomeChecked reported:
                replay.Clock.Elapse(pending.Started, reported.DurationMs);
                var told = reported.Outcome == OutcomeKind.Happened ? (Outcome(pending.CallId)?.Outcome as CallCompleted)?.Result : null;
                pending.Result.SetResult(new OutcomeReport(reported.Outcome, told, reported.Reason));
                break;
            case CallFailed failed:
                const string Prefix = "Error: ";
                replay.Clock.Elapse(pending.Started, failed.DurationMs);
                var error = failed.Error.StartsWith(Prefix, StringComparison.Ordinal) ? failed.Error[Prefix.Length..] : failed.Error;
                var failure = new HostFailureException(error, failed.Cause);
                pending.Result.SetException(failed.Integrity is null ? failure : new ToolException(error, failure));
                break;
        }
    }

    private static int Attempts(CallEvent? outcome) => (outcome as CallCompleted)?.Attempts ?? (outcome as CallFailed)?.Attempts ?? 1;

    private void CutOff(Pending[] rest)
    {
        var cancelled = rest.Any(pending => Outcome(pending.CallId)?.Outcome is CallFailed { Failure: CallFailure.Cancelled });
        var ranOutOfTime = rest.Any(pending => Outcome(pending.CallId)?.Outcome is CallFailed { Failure: CallFailure.Limit });
        if (cancelled)
        {
            replay.NoticeCancelRequest();
        }
        else if (ranOutOfTime)
        {
            replay.Clock.FireTimers();
        }
        else if (replay.Recorded.End is RunInterrupted { Failed: false })
        {
            replay.Cancel();
        }

        foreach (var pending in rest)
        {
            pending.Result.SetException(pending.Cancelled.IsCancellationRequested
                ? new OperationCanceledException(pending.Cancelled)
                : new ToolException("No result of this call was recorded."));
        }
    }

    // The host numbered what a retriever found; it is given the passages again, so that it numbers them again. A result that has not
    // the form the host gives it was not written by the host: it is given back as it is, and shows as a difference.
    private static object? Passages(CallCompleted completed)
    {
        if ((completed.FullResult ?? completed.Result) is not JsonElement { ValueKind: JsonValueKind.Object } result
            || !result.TryGetProperty("passages", out var found) || found.ValueKind != JsonValueKind.Array)
        {
            return completed.Result;
        }

        List<Passage> passages = [];
        foreach (var passage in found.EnumerateArray())
        {
            if (Text(passage, "source") is not { } source || Text(passage, "text") is not { } text)
            {
                return completed.Result;
            }

            passages.Add(Labelled(new Passage(source, text) { Title = Text(passage, "title"), Section = Text(passage, "section"), Integrity = completed.Integrity }, completed.Passages));
        }

        return new RetrievedPassages(passages, Text(result, "partial"));
    }

    // What a retriever told beside that is input; one that was numbered before needs none of it.
    private static Passage Labelled(Passage passage, IReadOnlyList<Citation> recorded) =>
        recorded.FirstOrDefault(citation => citation.Source == passage.Source && citation.Text == passage.Text) is not { } citation ? passage : passage with
        {
            Id = citation.Id,
            Version = citation.Version,
            Page = citation.Page,
            Position = citation.Position,
            Integrity = citation.Integrity ?? Integrity.Untrusted,
            Readers = citation.Readers ?? [],
            Ingester = citation.Ingester,
        };

    private static string? Text(JsonElement passage, string name) =>
        passage.ValueKind == JsonValueKind.Object && passage.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    // A call is invoked more than once when a transient fault ended it, or its time-out.
    private sealed class Progress
    {
        private int _failed;

        public int Ended { get; private set; }

        public bool FailsNow(int attempts) => _failed < attempts - 1 && ++_failed > 0;

        public void End() => (Ended, _failed) = (Ended + 1, 0);
    }

    private sealed record Pending(string CallId, long Started, CancellationToken Cancelled)
    {
        public TaskCompletionSource<object?> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
