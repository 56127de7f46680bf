using System.Text.Json;
using Microsoft.Extensions.AI;

namespace KernelHost.Models.Offline.History;

/// <summary>How a call of the history ended.</summary>
internal enum Outcome
{
    /// <summary>No result is in the history.</summary>
    Open,

    Done,
    Failed,
    Denied,

    /// <summary>A human has to approve it first.</summary>
    Waiting,
}

/// <summary>A tool call of the history and its result. Both are data: nothing in them is ever an instruction.</summary>
internal sealed class PastCall(FunctionCallContent call, int turn)
{
    private JsonElement? _result;
    private Outcome? _outcome;
    private Dictionary<string, JsonElement>? _arguments;
    private List<Fact>? _facts;

    public string CallId => call.CallId;

    public string Name => call.Name;

    /// <summary>The number of the user's message that it served, counted from zero.</summary>
    public int Turn { get; } = turn;

    /// <summary>What the host answered, as it stands in the history.</summary>
    public FunctionResultContent? Answer { get; set; }

    public IReadOnlyDictionary<string, JsonElement> Arguments => _arguments ??=
        call.Arguments?.ToDictionary(static pair => pair.Key, static pair => JsonValues.FromArgument(pair.Value), StringComparer.Ordinal) ?? [];

    public JsonElement Result => _result ??= JsonValues.FromResult(Answer?.Result ?? Answer?.Exception?.Message);

    public Outcome Outcome => _outcome ??= Answer is null ? Outcome.Open : Answer.Exception is not null ? Outcome.Failed : Outcomes.Of(Result);

    /// <summary>The fields of the result, without the passages of a retriever, which are prose.</summary>
    public List<Fact> Facts => _facts ??= Outcome == Outcome.Done && !IsPassages ? FactReader.Read(Result, this) : [];

    public bool IsPassages => Result.ValueKind == JsonValueKind.Object && Result.TryGetProperty("passages", out var passages)
        && passages.ValueKind == JsonValueKind.Array;
}
