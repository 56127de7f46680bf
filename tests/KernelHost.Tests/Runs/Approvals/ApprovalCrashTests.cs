using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Approvals;

/// <summary>The process of the run, or that of the person who answers, dies between any two events. People look again and go on.</summary>
public sealed class ApprovalCrashTests
{
    private readonly Dictionary<string, int> _paid = [];

    [Fact]
    public async Task Answers_CrashBeforeAnyEvent_EveryPaymentIsMadeOnceWithWhatWasApproved()
    {
        var length = await LiveAsync(int.MaxValue);
        for (var crash = 0; crash <= length; crash++)
        {
            await LiveAsync(crash);
            Assert.True(_paid.Count == 3 && _paid.Values.Order().SequenceEqual([7, 10, 10]), $"crash before event {crash + 1}: {string.Join(", ", _paid)}");
        }
    }

    private async Task<int> LiveAsync(int crash)
    {
        _paid.Clear();
        var disk = new MemoryJournal();
        for (var process = 0; process < 20; process++)
        {
            var host = Host(process == 0 ? new CrashingJournal(disk, crash) : disk);
            try
            {
                var known = await disk.ListRunsAsync(new RunFilter(), TestContext.Current.CancellationToken);
                var result = known.Count == 0 ? await host.StartAsync("pay three times") : await host.ResumeAsync(known[0].RunId);
                while (result.Status == RunStatus.WaitingForApproval)
                {
                    foreach (var approval in result.Approvals)
                    {
                        await AnswerAsync(host, approval);
                    }

                    result = await host.ResumeAsync(result.RunId);
                }

                Assert.Equal(RunStatus.Completed, result.Status);
                Assert.Empty(await disk.ListApprovalsAsync(new ApprovalFilter(ApprovalStatus.Pending), TestContext.Current.CancellationToken));
                await host.AssertReplaysAsync(result.RunId, $"crash before event {crash + 1}");
                return (await host.EventsAsync(result.SessionId)).Count;
            }
            catch (ProcessCrash)
            {
            }
        }

        throw new InvalidOperationException("The run is stuck.");
    }

    // The first payment is made smaller and takes two, the second is approved and remembered, so that the third is not asked about.
    private async Task AnswerAsync(RunHost host, ApprovalSummary approval)
    {
        if (approval.Kind == ApprovalKind.Outcome)
        {
            await SayAsync(host, new(approval.ApprovalId, _paid.ContainsKey(approval.CallId) ? ApprovalAnswer.Happened : ApprovalAnswer.DidNotHappen, "bob"));
        }
        else if (approval.CallId == "1.1")
        {
            var isChanged = approval.Arguments.GetProperty("amount").GetInt32() == 7;
            approval = isChanged ? approval : await SayAsync(host, Yes(approval, "bob") with { Arguments = new Dictionary<string, object?> { ["amount"] = 7 } });
            foreach (var name in new[] { "bob", "carol" }.Where(name => approval.Details.Votes.All(vote => vote.By != name)).ToList())
            {
                approval = await SayAsync(host, Yes(approval, name));
            }
        }
        else
        {
            await SayAsync(host, Yes(approval, "bob") with { Remember = new RememberOptions() });
        }
    }

    private static Task<ApprovalSummary> SayAsync(RunHost host, ApprovalReply reply) => host.Desk.AnswerAsync(reply, TestContext.Current.CancellationToken);

    private static ApprovalReply Yes(ApprovalSummary approval, string name) => new(approval.ApprovalId, ApprovalAnswer.Approved, name);

    private RunHost Host(JournalStore journal) => new(
        journal,
        new ScriptedChatClient(Calls(("test-pay", new { amount = 500 })), Calls(("test-pay", new { amount = 10 })), Calls(("test-pay", new { amount = 10 })), Says("Done.")),
        TestTools.Create("pay", ToolEffect.Once, (int amount, ToolContext context) =>
        {
            Assert.DoesNotContain(context.CallId, _paid.Keys);
            _paid[context.CallId] = amount;
            return $"paid {amount}";
        }))
    {
        Policy = PolicyDocument.Parse("""
            version: 1
            rules:
              - { id: pay, decision: ask, tools: [test/pay] }
              - { id: small, decision: ask, tools: [test/pay], when: { amount: { lessThan: 10 } }, approval: { approvers: [supervisor], quorum: 2 } }
            """, "policy.yaml"),
        Approvals = new ApprovalSettings { Approvers = PaymentHost.People },
    };
}
