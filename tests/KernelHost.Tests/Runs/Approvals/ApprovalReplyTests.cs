using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Replay;

namespace KernelHost.Tests.Runs.Approvals;

/// <summary>What a person may say beside yes and no.</summary>
public sealed class ApprovalReplyTests
{
    [Fact]
    public async Task Edit_ArgumentsThatFit_AreTheOnesExecutedAndTheModelReadsBoth()
    {
        var host = new PaymentHost(PaymentHost.OneSupervisor);
        var approval = await host.AskAsync();

        var edited = await host.SayAsync(approval, "bob", with: Changing(7));

        Assert.Equal((ApprovalStatus.Approved, "bob", 10), (edited.Status, edited.Details.EditedBy, edited.Details.OriginalArguments!.Value.GetProperty("amount").GetInt32()));
        Assert.NotEqual(approval.Digest, edited.Digest);
        await host.ResumeAsync(approval);
        Assert.Equal([7], host.Paid);
        var read = await host.ReadByModelAsync(approval);
        Assert.Contains("A person changed the arguments", read, StringComparison.Ordinal);
        Assert.Contains("\"amount\":7", read, StringComparison.Ordinal);
        Assert.Contains("paid 7", read, StringComparison.Ordinal);
        await host.Host.AssertReplaysAsync(approval.RunId);
    }

    [Theory]
    [InlineData(5000, "The policy denies the call with these arguments (never-much)")]
    [InlineData("ten", "do not fit 'test/pay'")]
    [InlineData(null, "do not fit 'test/pay'")]
    public async Task Edit_ArgumentsThatDoNotDo_AreRefusedAndNothingIsRecorded(object? amount, string because)
    {
        var host = new PaymentHost(PaymentHost.OneSupervisor);
        var approval = await host.AskAsync();
        var events = (await host.Host.EventsAsync(approval.SessionId)).Count;

        Assert.Contains(because, (await host.IsRefusedAsync(approval, "bob", with: Changing(amount))).Message, StringComparison.Ordinal);

        Assert.Equal(events, (await host.Host.EventsAsync(approval.SessionId)).Count);
    }

    [Fact]
    public async Task Edit_IntoWhatTakesTwo_TheEditorsYesIsTheFirst()
    {
        var host = new PaymentHost(PaymentHost.OneSupervisor);
        var approval = await host.AskAsync();

        var edited = await host.SayAsync(approval, "bob", with: Changing(500));

        Assert.Equal((ApprovalStatus.Pending, 2, "much"), (edited.Status, edited.Quorum, edited.Details.Rule));
        Assert.Equal(approval.ExpiresAt, edited.ExpiresAt);
        Assert.Equal(RunStatus.WaitingForApproval, (await host.ResumeAsync(approval)).Status);
        await host.SayAsync(approval, "carol");
        await host.ResumeAsync(approval);
        Assert.Equal([500], host.Paid);
    }

    [Fact]
    public async Task Edit_AfterAnotherSaidYes_HisYesDoesNotCountForTheNewArguments()
    {
        var host = new PaymentHost(PaymentHost.TwoSupervisors);
        var approval = await host.AskAsync();
        await host.SayAsync(approval, "bob");

        var edited = await host.SayAsync(approval, "carol", with: Changing(9));

        Assert.Equal((ApprovalStatus.Pending, "carol"), (edited.Status, Assert.Single(edited.Details.Votes).By));
        Assert.Contains("has changed since it was shown", (await host.IsRefusedAsync(approval, "bob", with: reply => reply with { Digest = approval.Digest })).Message, StringComparison.Ordinal);
        await host.SayAsync(approval, "bob", with: reply => reply with { Digest = edited.Digest });
        await host.ResumeAsync(approval);
        Assert.Equal([9], host.Paid);
    }

    [Fact]
    public async Task Edit_PluginChangedSince_IsRefused()
    {
        var journal = new MemoryJournal();
        var approval = await new PaymentHost(PaymentHost.OneSupervisor, journal).AskAsync();
        var later = new PaymentHost(PaymentHost.OneSupervisor, journal, contentHash: "new");

        Assert.Contains("has changed since approval", (await later.IsRefusedAsync(approval, "bob", with: Changing(7))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Respond_ClosesTheCallWithThePersonsWords()
    {
        var host = new PaymentHost(PaymentHost.TwoSupervisors);
        var approval = await host.AskAsync();

        var said = await host.SayAsync(approval, "bob", ApprovalAnswer.Responded, reply => reply with { Response = "It was paid in cash." });

        Assert.Equal(ApprovalStatus.Resolved, said.Status);
        Assert.Equal(RunStatus.Completed, (await host.ResumeAsync(approval)).Status);
        Assert.Empty(host.Paid);
        Assert.Contains("It was paid in cash.", await host.ReadByModelAsync(approval), StringComparison.Ordinal);
        Assert.Equal(Integrity.Trusted, (await host.Host.EventsAsync(approval.SessionId)).OfType<CallCompleted>().Single().Integrity);
        await host.Host.AssertReplaysAsync(approval.RunId);
    }

    private static Func<ApprovalReply, ApprovalReply> Changing(object? amount) =>
        reply => reply with { Arguments = new Dictionary<string, object?> { ["amount"] = System.Text.Json.JsonSerializer.SerializeToElement(amount), ["note"] = "for tea" } };
}
