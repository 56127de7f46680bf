using System.Text.Json.Serialization;

namespace KernelHost.Runs.Events;

/// <summary>Something that happened in a session, appended to its journal once and never changed, but for text that somebody has forgotten (<see cref="TextForgotten"/>). All other state is folded from these.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RunStarted), "run-started")]
[JsonDerivedType(typeof(RunResumed), "run-resumed")]
[JsonDerivedType(typeof(ModelReplied), "model-replied")]
[JsonDerivedType(typeof(CallDecided), "call-decided")]
[JsonDerivedType(typeof(ApprovalRequested), "approval-requested")]
[JsonDerivedType(typeof(ApprovalDecided), "approval-decided")]
[JsonDerivedType(typeof(ApprovalEdited), "approval-edited")]
[JsonDerivedType(typeof(ApprovalExpired), "approval-expired")]
[JsonDerivedType(typeof(ApprovalRemembered), "approval-remembered")]
[JsonDerivedType(typeof(RememberedRevoked), "remembered-revoked")]
[JsonDerivedType(typeof(CallStarted), "call-started")]
[JsonDerivedType(typeof(CallTimedOut), "call-timed-out")]
[JsonDerivedType(typeof(OutcomeChecked), "outcome-checked")]
[JsonDerivedType(typeof(CallCompleted), "call-completed")]
[JsonDerivedType(typeof(CallFailed), "call-failed")]
[JsonDerivedType(typeof(HandedOver), "handed-over")]
[JsonDerivedType(typeof(HistoryCompacted), "history-compacted")]
[JsonDerivedType(typeof(CompensationStarted), "compensation-started")]
[JsonDerivedType(typeof(CompensationCompleted), "compensation-completed")]
[JsonDerivedType(typeof(CompensationFailed), "compensation-failed")]
[JsonDerivedType(typeof(RunParked), "run-parked")]
[JsonDerivedType(typeof(RunInterrupted), "run-interrupted")]
[JsonDerivedType(typeof(RunCompleted), "run-completed")]
[JsonDerivedType(typeof(CancelRequested), "cancel-requested")]
[JsonDerivedType(typeof(RunCancelled), "run-cancelled")]
[JsonDerivedType(typeof(PauseRequested), "pause-requested")]
[JsonDerivedType(typeof(RunPaused), "run-paused")]
[JsonDerivedType(typeof(MessageAdded), "message-added")]
[JsonDerivedType(typeof(MessagesDelivered), "messages-delivered")]
[JsonDerivedType(typeof(BudgetRefused), "budget-refused")]
[JsonDerivedType(typeof(ToppedUp), "topped-up")]
[JsonDerivedType(typeof(SessionForked), "session-forked")]
[JsonDerivedType(typeof(TextForgotten), "text-forgotten")]
public abstract class RunEvent
{
    /// <summary>The position in the session's journal, from 1. Set when the event is staged.</summary>
    [JsonIgnore]
    public long Sequence { get; internal set; }

    /// <summary>When it happened. Set when the event is staged.</summary>
    public DateTimeOffset Time { get; set; }

    /// <summary>The run it belongs to.</summary>
    public required string RunId { get; init; }
}
