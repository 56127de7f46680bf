using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Tests.Runs.Approvals;

/// <summary>Whose word counts, and how many it takes.</summary>
public sealed class ApproverTests
{
    [Fact]
    public async Task Answer_HostThatKnowsNoApprovers_TheRequesterMayAndTheRecordSaysSo()
    {
        var host = new PaymentHost();
        var approval = await host.AskAsync();

        var answered = await host.SayAsync(approval, "alice");

        Assert.True(answered.Details.SelfApproved);
        Assert.Equal(ApprovalStatus.Approved, answered.Status);
        Assert.Equal(RunStatus.Completed, (await host.ResumeAsync(approval)).Status);
        Assert.Equal([10], host.Paid);
    }

    [Theory]
    [InlineData("alice", "asked for what approval")]
    [InlineData("ALICE", "no approver")]
    [InlineData("mallory", "no approver")]
    [InlineData("eve", "takes the role 'supervisor'")]
    [InlineData("dora", "It goes to 'manager' at 2026-11-23 12:30:00Z")]
    public async Task Answer_ByWhoMayNot_IsRefusedAndNothingIsPaid(string who, string because)
    {
        var host = new PaymentHost(PaymentHost.TwoSupervisors);
        var approval = await host.AskAsync();

        var refusal = await host.IsRefusedAsync(approval, who);

        Assert.Contains(because, refusal.Message, StringComparison.Ordinal);
        Assert.NotNull(await host.Desk.ExplainRefusalAsync(approval, who, TestContext.Current.CancellationToken));
        Assert.Equal(ApprovalStatus.Pending, (await host.FindAsync(approval)).Status);
        Assert.Equal((RunStatus.WaitingForApproval, 0), ((await host.ResumeAsync(approval)).Status, host.Paid.Count));
    }

    [Fact]
    public async Task Answer_QuorumOfTwo_OneIsNotEnoughAndMayNotSpeakTwice()
    {
        var host = new PaymentHost(PaymentHost.TwoSupervisors);
        var approval = await host.AskAsync();

        var first = await host.SayAsync(approval, "bob");
        Assert.Equal((ApprovalStatus.Pending, "bob"), (first.Status, Assert.Single(first.Details.Votes).By));
        Assert.Contains("different people", (await host.IsRefusedAsync(approval, "bob")).Message, StringComparison.Ordinal);
        Assert.Equal(RunStatus.WaitingForApproval, (await host.ResumeAsync(approval)).Status);

        Assert.Equal(ApprovalStatus.Approved, (await host.SayAsync(approval, "carol")).Status);
        Assert.Equal(RunStatus.Completed, (await host.ResumeAsync(approval)).Status);
        Assert.Equal([10], host.Paid);
        Assert.Equal(ApprovalStatus.Done, (await host.FindAsync(approval)).Status);
    }

    [Fact]
    public async Task Answer_OneNoAmongTwo_WinsAtOnce()
    {
        var host = new PaymentHost(PaymentHost.TwoSupervisors);
        var approval = await host.AskAsync();
        await host.SayAsync(approval, "bob");

        Assert.Equal(ApprovalStatus.Denied, (await host.SayAsync(approval, "carol", ApprovalAnswer.Denied, reply => reply with { Reason = "Too dear." })).Status);

        Assert.Contains("already answered", (await host.IsRefusedAsync(approval, "bob")).Message, StringComparison.Ordinal);
        await host.ResumeAsync(approval);
        Assert.Empty(host.Paid);
        Assert.Contains("Too dear.", await host.ReadByModelAsync(approval), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_AfterEscalation_TheManagerMayToo()
    {
        var host = new PaymentHost(PaymentHost.TwoSupervisors);
        var approval = await host.AskAsync();
        await host.SayAsync(approval, "bob");
        host.Clock.Advance(TimeSpan.FromMinutes(30));

        Assert.Equal(ApprovalStatus.Approved, (await host.SayAsync(approval, "dora")).Status);

        await host.ResumeAsync(approval);
        Assert.Equal([10], host.Paid);
    }

    [Fact]
    public async Task Resume_ApproverLostHisRoleMeanwhile_QuestionReopensAndSaysWho()
    {
        var journal = new MemoryJournal();
        var host = new PaymentHost(PaymentHost.OneSupervisor, journal);
        var approval = await host.AskAsync();
        await host.SayAsync(approval, "bob");

        var later = new PaymentHost(PaymentHost.OneSupervisor, journal, settings: new()
        {
            Approvers = new([new("bob", ["intern"]), new("carol", ["supervisor"]), new("frank", ["supervisor"])]),
        });
        var again = Assert.Single((await later.ResumeAsync(approval)).Approvals);

        Assert.Equal(new ApprovalDifference("approver", "bob", "without the role"), Assert.Single(again.Details.Differences));
        Assert.Equal(ApprovalStatus.Reopened, (await later.FindAsync(approval)).Status);
        Assert.Empty(later.Paid);
    }
}
