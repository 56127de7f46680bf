using System.Globalization;
using KernelHost.Cli.Output;
using KernelHost.Policy;
using KernelHost.Runs.Events;
using KernelHost.Runs.Grounding;
using KernelHost.Runs.Journal;
using KernelHost.Text;

namespace KernelHost.Cli.Running;

/// <summary>A run, event by event, for people.</summary>
internal sealed class Timeline(Screen screen, string currency)
{
    private const int TextLimit = 400;

    public void Write(RunSummary run, RunTranscript transcript, SessionForked? fork)
    {
        var output = screen.Out;
        output.WriteLine($"Run {run.RunId}: {RunOutcome.Words(run.Status)}");
        output.WriteLine(TerminalText.Line($"  agent {run.Agent}, session {run.SessionId}, principal {run.Principal}, started {Times.Local(run.StartedAt)}"));
        output.WriteLine(TerminalText.Line($"  policy {transcript.Started?.PolicyVersion}"));
        if (fork is not null)
        {
            output.WriteLine(TerminalText.Line(string.Create(CultureInfo.InvariantCulture, $"  session forked from {fork.FromSession}, run {fork.FromRun}, behind event {fork.FromSequence}, by {fork.By}")));
        }

        output.WriteLine();
        foreach (var runEvent in transcript.Events.Where(static runEvent => runEvent is not SessionForked))
        {
            output.WriteLine(Line(runEvent, run, transcript));
        }

        WriteTotals(transcript);
        output.Flush();
    }

    /// <summary>One event as a line: its sequence, the time since the run's start, what it is.</summary>
    public static string Line(RunEvent runEvent, RunSummary run, RunTranscript transcript)
    {
        var (kind, text) = Row(runEvent, transcript.Calls);
        return string.Create(CultureInfo.InvariantCulture, $"{runEvent.Sequence,4}  {Times.Elapsed(runEvent.Time - run.StartedAt),8}  {kind,-9} {text}").TrimEnd();
    }

    private static (string Kind, string Text) Row(RunEvent runEvent, IReadOnlyList<CallRecord> calls) => runEvent switch
    {
        RunStarted started => ("request", Line(started.Request)),
        SessionForked forked => ("forked", $"from {Line(forked.FromRun)} by {Line(forked.By)}"),
        RunResumed { Charged: { } charged } => ("resumed", string.Create(CultureInfo.InvariantCulture,
            $"charged for a model call under way when the process ended: {charged.InputTokens} tokens in, {charged.OutputTokens} out")),
        RunResumed => ("resumed", ""),
        ToppedUp more => ("more", $"{more.CallId}, allowed by {more.ApprovalId}: {More(more)}"),
        BudgetRefused refused => ("budget", $"no room for another model call: {Line(refused.Limit)}"),
        ModelReplied replied => ("model", Model(replied)),
        CallDecided decided => ("decision", $"{decided.CallId} {Line(decided.Tool)}: {Words(decided.Verdict)} by {Line(decided.Rule)} ({Line(decided.Reason)})"),
        CallStarted started => ("call", $"{started.CallId} {Name(calls, started.CallId)}{(started.ApprovalId is null ? "" : $", allowed by {started.ApprovalId}")}{(started.SubRun is null ? "" : $", made by run {started.SubRun.RunId}")}"),
        CallCompleted completed => ("result", $"{completed.CallId} {CallLine.Duration(completed.DurationMs)}: {ValueText.Result(completed.Result, TextLimit)}"),
        CallTimedOut timedOut => ("no answer", $"{timedOut.CallId} {CallLine.Duration(timedOut.DurationMs)}: {(timedOut.Ended ? "cut off" : "cut off, and may still be at work")}"),
        OutcomeChecked check => ("checked", $"{check.CallId} {CallLine.Duration(check.DurationMs)}: {Words(check)}"),
        TextForgotten forgotten => ("forgotten", $"{Line(forgotten.Subject)}: text taken out of {forgotten.Events.Count} events, ordered by {Line(forgotten.By)}"),
        CompensationStarted undo => ("undo", $"{undo.CallId} {Line(undo.Tool)}: ordered {By(undo.By, undo.Reason)}"),
        CompensationCompleted undone => ("undone", $"{undone.CallId} {CallLine.Duration(undone.DurationMs)}: {ValueText.Result(undone.Result, TextLimit)}"),
        CompensationFailed notUndone => ("failed", $"{notUndone.CallId} was not undone, {CallLine.Duration(notUndone.DurationMs)}: {Line(notUndone.Error)}"),
        CallFailed failed => ("failed", $"{failed.CallId}: {CallLine.Error(failed, TextLimit)}"),
        ApprovalRequested asked => ("asked", $"{asked.CallId} {asked.ApprovalId}: {Line(asked.Tool)}({ValueText.Arguments(asked.Arguments, TextLimit)}), {Line(asked.Reason)}"),
        ApprovalEdited edited => ("changed", $"{edited.ApprovalId}: by {Line(edited.EditedBy)}, to {ValueText.Arguments(edited.Arguments, TextLimit)}"),
        ApprovalExpired expired => ("expired", $"{expired.ApprovalId}: nobody answered in time"),
        ApprovalRemembered remembered => ("remember", $"{remembered.Remembered.RememberedId}: {Line(remembered.Remembered.Tool)} until {Times.Local(remembered.Remembered.ExpiresAt)}, by {Line(remembered.Remembered.CreatedBy)}"),
        RememberedRevoked revoked => ("revoked", $"{revoked.RememberedId} by {Line(revoked.RevokedBy)}"),
        ApprovalDecided decided => ("answered", $"{decided.ApprovalId}: {ApprovalWords.Of(decided.Answer)} by {Line(decided.DecidedBy)}{(decided.Reason is null ? "" : $", {Line(decided.Reason)}")}"),
        HandedOver handed => ("hand-over", $"{handed.CallId} to {Line(handed.To)}: {Line(handed.Reason)}"),
        HistoryCompacted compacted => ("compacted", string.Create(CultureInfo.InvariantCulture,
            $"{compacted.UpTo} older messages are a summary now, {(compacted.Model is null ? "cut by the host" : $"written by {Line(compacted.Model)}")}; about {compacted.Kept} tokens stay")),
        RunParked => ("parked", "waits for an approval"),
        RunInterrupted interrupted => ("stopped", Line(interrupted.Reason)),
        CancelRequested request => ("cancel", $"asked for {By(request.By, request.Reason)}"),
        PauseRequested request => ("pause", $"asked for {By(request.By, request.Reason)}"),
        RunPaused paused => ("paused", By(paused.By, paused.Reason)),
        MessageAdded message => ("message", $"from {Line(message.By)}: {Line(message.Text)}"),
        MessagesDelivered delivered => ("heard", delivered.Count == 1 ? "the message" : $"{delivered.Count} messages"),
        RunCancelled cancelled => ("cancelled", By(cancelled.By, cancelled.Reason)),
        RunCompleted completed => ("answer", $"{(completed.Limit is null ? "" : $"(at the limit of {Line(completed.Limit)}) ")}{Words(completed.Grounding)}{Line(GroundingView.Marked(completed.Answer, completed.Grounding))}"),
        _ => ("event", runEvent.GetType().Name),
    };

    private static string Model(ModelReplied replied)
    {
        var said = replied.Calls.Count == 0 ? Line(replied.Text)
            : $"proposes {string.Join(", ", replied.Calls.Select(call => $"{call.CallId} {Line(call.Name)}({ValueText.Arguments(call.Arguments, 80)})"))}";
        var fell = replied.FellOver is null ? "" : $"({string.Join(", ", replied.FellOver.Select(fall => $"{Line(fall.Model)} failed: {fall.Reason}"))}) ";
        return string.Create(CultureInfo.InvariantCulture,
            $"{fell}{(replied.RoutedTo is null ? "" : $"{Line(replied.RoutedTo)}: ")}{(replied.Model is null ? "" : Line(replied.Model) + ", ")}{replied.InputTokens} tokens in, {replied.OutputTokens} out, {CallLine.Duration(replied.DurationMs)}: {said}");
    }

    private static string Name(IReadOnlyList<CallRecord> calls, string callId) => calls.FirstOrDefault(call => call.CallId == callId) is { } call ? CallLine.Name(call) : "";

    private static string Words(OutcomeChecked check) => check.Outcome switch
    {
        KernelHost.OutcomeKind.Happened => "its plugin says that it happened",
        KernelHost.OutcomeKind.DidNotHappen => "its plugin says that it did not happen",
        _ => $"its plugin does not know{(check.Reason is null ? "" : $": {Line(check.Reason)}")}",
    };

    private static string More(ToppedUp more) => string.Join(", ", new[]
    {
        Part(more.Steps, "steps"), Part(more.ToolCalls, "tool calls"), Part(more.Tokens, "tokens"), Part(more.InputTokens, "input tokens"), Part(more.OutputTokens, "output tokens"),
        more.Money is { } micros ? string.Create(CultureInfo.InvariantCulture, $"{micros / 1_000_000m:0.00####} in money") : null,
    }.OfType<string>());

    private static string? Part(long? number, string of) => number is null ? null : string.Create(CultureInfo.InvariantCulture, $"{number} {of}");

    private static string Words(Verdict verdict) => verdict switch
    {
        Verdict.Allow => "allowed",
        Verdict.Ask => "a human is asked",
        _ => "denied",
    };

    private void WriteTotals(RunTranscript transcript)
    {
        var replies = transcript.Events.OfType<ModelReplied>().ToList();
        screen.Out.WriteLine();
        screen.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{replies.Count} model calls, {transcript.Events.Count(item => item is CallStarted)} tool calls, {replies.Sum(reply => reply.InputTokens)} tokens in, {replies.Sum(reply => reply.OutputTokens)} out{Cost(replies)}"));
        foreach (var completed in transcript.Events.OfType<RunCompleted>())
        {
            WriteSources(completed);
        }
    }

    private void WriteSources(RunCompleted completed)
    {
        foreach (var passage in completed.Citations)
        {
            screen.Out.WriteLine(RunReport.Describe(passage));
        }

        foreach (var line in GroundingView.Lines(completed.Answer, completed.Grounding))
        {
            screen.Out.WriteLine(line);
        }
    }

    private static string Words(GroundingReport? report) => report?.Outcome switch
    {
        GroundingOutcome.NotFound => "(not found in the sources) ",
        GroundingOutcome.Refused => "(withheld) ",
        GroundingOutcome.Corrected => "(corrected) ",
        _ => "",
    };

    /// <summary>Who did something, and why.</summary>
    internal static string By(string who, string? reason) => $"by {Line(who)}{(reason is null ? "" : $": {Line(reason)}")}";

    private string Cost(List<ModelReplied> replies) => replies.Sum(reply => reply.CostMicros ?? 0) is > 0 and var micros ? $", {new Money(micros, currency)}" : "";

    private static string Line(string text) => TerminalText.Line(text.ReplaceLineEndings(" "), TextLimit);
}
