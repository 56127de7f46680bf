using System.Text.Json;
using KernelHost.Models.Offline.Filling;
using KernelHost.Models.Offline.History;

namespace KernelHost.Models.Offline.Steps;

/// <summary>Finds the call of the history that already is the one planned, so that none is made twice.</summary>
internal sealed class CallHistory(Conversation conversation, int firstTurn)
{
    public PastCall? Find(PlannedCall planned)
    {
        for (var i = conversation.Calls.Count - 1; i >= 0; i--)
        {
            var past = conversation.Calls[i];
            if (past.Name == planned.Tool.Name && (past.Turn >= firstTurn ? SameRequest(past, planned) : SameArguments(past, planned)))
            {
                return past;
            }
        }

        return null;
    }

    // Within a run the values that results supplied may have changed with the next result; what the user said did not.
    private static bool SameRequest(PastCall past, PlannedCall planned) =>
        planned.FromText.All(name => past.Arguments.TryGetValue(name, out var value) && JsonElement.DeepEquals(value, planned.Arguments[name]));

    private static bool SameArguments(PastCall past, PlannedCall planned) =>
        past.Arguments.Count == planned.Arguments.Count
        && planned.Arguments.All(pair => past.Arguments.TryGetValue(pair.Key, out var value) && JsonElement.DeepEquals(value, pair.Value));
}
