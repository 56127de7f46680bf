using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Steering;

/// <summary>What must hold of a session whatever was done to its runs.</summary>
internal static class Conversations
{
    /// <summary>The session takes the next request, and the model reads every call directly followed by its results.</summary>
    /// <returns>What the model was sent.</returns>
    public static async Task<IReadOnlyList<ChatMessage>> AssertGoesOnAsync(JournalStore journal, string sessionId, string when = "")
    {
        var model = new ScriptedChatClient(Says("Next."));
        var next = await new RunHost(journal, model).StartAsync("and now?", sessionId);
        Assert.True(next.Status == RunStatus.Completed, $"{when}: the session is stuck");
        var messages = model.Requests.Single();
        AssertWhole(messages, when);
        return messages;
    }

    public static void AssertWhole(IReadOnlyList<ChatMessage> messages, string when)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            var calls = messages[i].Contents.OfType<FunctionCallContent>().Select(call => call.CallId).ToList();
            var results = i + 1 < messages.Count ? messages[i + 1].Contents.OfType<FunctionResultContent>().Select(result => result.CallId).ToList() : [];
            Assert.True(calls.SequenceEqual(results), $"{when}: calls {string.Join(", ", calls)} have the results {string.Join(", ", results)}");
        }
    }

    public static async Task<IReadOnlyList<ApprovalSummary>> PendingAsync(this JournalStore journal) =>
        await journal.ListApprovalsAsync(new ApprovalFilter(ApprovalStatus.Pending), TestContext.Current.CancellationToken);

    public static T Outcome<T>(this IEnumerable<RunEvent> events, string callId)
        where T : CallEvent => events.OfType<T>().Single(runEvent => runEvent.CallId == callId);
}
