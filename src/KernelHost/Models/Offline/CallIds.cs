using KernelHost.Models.Offline.Filling;
using KernelHost.Models.Offline.History;
using Microsoft.Extensions.AI;

namespace KernelHost.Models.Offline;

/// <summary>Numbers calls through a conversation: call_1, call_2, …</summary>
internal static class CallIds
{
    public static List<AIContent> Assign(List<PlannedCall> calls, Conversation conversation)
    {
        var taken = conversation.Calls.Select(static call => call.CallId).ToHashSet(StringComparer.Ordinal);
        var number = conversation.Calls.Count;
        var contents = new List<AIContent>(calls.Count);
        foreach (var call in calls)
        {
            string id;
            do
            {
                id = $"call_{++number}";
            }
            while (!taken.Add(id));

            contents.Add(new FunctionCallContent(id, call.Tool.Name, call.Arguments.ToDictionary(static pair => pair.Key, static pair => (object?)pair.Value, StringComparer.Ordinal)));
        }

        return contents;
    }
}
