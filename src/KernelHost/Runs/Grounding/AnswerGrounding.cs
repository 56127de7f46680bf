using System.Text;
using System.Text.Json;
using KernelHost.Agents;
using KernelHost.Runs.Effects;
using KernelHost.Runs.State;
using Microsoft.Extensions.AI;

namespace KernelHost.Runs.Grounding;

/// <summary>Holds the answers of a run to the rules that the journal says it is under.</summary>
internal sealed class AnswerGrounding(BoundAgent agent, SessionWriter session)
{
    private RunState Run => session.State.Run!;

    private bool IsVerified => Run.Grounding is { Citations: not CitationUse.Off } rules
        && (rules.Citations == CitationUse.Required || agent.CanCite || session.State.Passages.Count > 0);

    /// <summary>What a model answered, as the principal gets it.</summary>
    public GroundedAnswer OfModel(string answer) => !IsVerified ? Unverified(answer) : GroundingCheck.Verify(answer, new GroundingInput
    {
        Rules = Run.Grounding!,
        Passages = session.State.Passages,
        Readers = [Run.Started.Principal, .. Run.Started.Groups ?? []],
        Request = Run.Started.Request,
        ToolResults = ToolResults,
        FoundNothing = Run.FoundNothing,
    });

    /// <summary>What the host says in the place of an answer: where it repeats a result, it cites nothing.</summary>
    public GroundedAnswer OfHost(string answer) => IsVerified ? new GroundedAnswer(answer, [], null) : Unverified(answer);

    private GroundedAnswer Unverified(string answer) => new(answer, CitationMarkers.Cited(answer, session.State.Passages), null);

    // What searches found counts only where it is cited.
    private string ToolResults()
    {
        var text = new StringBuilder();
        foreach (var result in session.State.Messages.Where(static message => message.Role == ChatRole.Tool).SelectMany(static message => message.Contents).OfType<FunctionResultContent>())
        {
            if (!(result.Result is JsonElement { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("passages", out _)))
            {
                text.AppendLine(ResultCap.Text(result.Result));
            }
        }

        return text.ToString();
    }
}
