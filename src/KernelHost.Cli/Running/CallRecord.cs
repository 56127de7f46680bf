using System.Text.Json;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;

namespace KernelHost.Cli.Running;

/// <summary>One proposed call and what became of it.</summary>
internal sealed class CallRecord(ProposedCall call)
{
    public string CallId => call.CallId;

    /// <summary>As people and policies say it; the name the model used while nobody has resolved it.</summary>
    public string Tool { get; set; } = call.Name;

    public IDictionary<string, object?>? Arguments => Edited ?? call.Arguments;

    /// <summary>The arguments of a person who changed them.</summary>
    public IDictionary<string, object?>? Edited { get; set; }

    public CallDecided? Decision { get; set; }

    /// <summary>The last question about it.</summary>
    public ApprovalRequested? Question { get; set; }

    public bool Started { get; set; }

    public CallCompleted? Completed { get; set; }

    public CallFailed? Failed { get; set; }

    public CallStatus Status => (Completed, Failed) switch
    {
        (not null, _) => CallStatus.Completed,
        (_, { Failure: CallFailure.DeniedByPolicy or CallFailure.DeniedByPerson or CallFailure.Expired or CallFailure.Unattended }) => CallStatus.Denied,
        (_, not null) => CallStatus.Failed,
        _ when Question is not null && !Started => CallStatus.WaitingForApproval,
        _ => Started ? CallStatus.Started : CallStatus.Proposed,
    };

    public double DurationMs => Completed?.DurationMs ?? Failed?.DurationMs ?? 0;

    /// <summary>Whether it searched documents.</summary>
    public bool IsSearch => Passages is not null;

    /// <summary>How many passages a search found; those the run knew before count too.</summary>
    public int? Passages => Completed?.Result is JsonElement { ValueKind: JsonValueKind.Object } result
        && result.TryGetProperty("passages", out var found) && found.ValueKind == JsonValueKind.Array
        && (found.GetArrayLength() == 0 || found[0].ValueKind == JsonValueKind.Object && found[0].TryGetProperty("cite", out _))
            ? found.GetArrayLength()
            : null;

    /// <summary>The passages that it brought into the run.</summary>
    public IReadOnlyList<Citation> NewPassages => Completed?.Passages ?? [];
}

/// <summary>How far a call came.</summary>
internal enum CallStatus
{
    Proposed,
    WaitingForApproval,
    Started,
    Completed,
    Failed,
    Denied,
}
