using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Tests.Runs.Approvals;

/// <summary>Answers that get into the journal past the desk count for nothing, whatever they say.</summary>
public sealed class HostileAnswerTests
{
    [Theory]
    [InlineData("the digest of something else")]
    [InlineData("the requester")]
    [InlineData("without the role")]
    [InlineData("twice the same person")]
    [InlineData("too late")]
    [InlineData("another question")]
    [InlineData("an answer to another kind of question")]
    [InlineData("the requester in another case")]
    public async Task Decided_ThatDoesNotCount_LeavesTheQuestionOpen(string what)
    {
        var host = new PaymentHost(PaymentHost.TwoSupervisors);
        var approval = await host.AskAsync();
        await host.SayAsync(approval, "bob");

        await InjectAsync(host, approval, new ApprovalDecided
        {
            RunId = approval.RunId,
            ApprovalId = what == "another question" ? "apr_000000000000" : approval.ApprovalId,
            Answer = what.StartsWith("an answer", StringComparison.Ordinal) ? ApprovalAnswer.DidNotHappen : ApprovalAnswer.Approved,
            DecidedBy = what switch { "the requester" => "alice", "the requester in another case" => "ALICE", "twice the same person" => "BOB", _ => "carol" },
            Digest = what == "the digest of something else" ? new string('0', 64) : approval.Digest,
            Roles = what == "without the role" ? ["intern"] : ["supervisor"],
            Time = what == "too late" ? approval.ExpiresAt!.Value : approval.RequestedAt,
        });

        Assert.Equal(RunStatus.WaitingForApproval, (await host.ResumeAsync(approval)).Status);
        Assert.Equal((ApprovalStatus.Pending, 1), ((await host.FindAsync(approval)).Status, (await host.FindAsync(approval)).Details.Votes.Count));
        Assert.Empty(host.Paid);
    }

    [Fact]
    public async Task Decided_ByTwoWhoNeverWereApprovers_IsFoundWhenItIsUsed()
    {
        var host = new PaymentHost(PaymentHost.TwoSupervisors);
        var approval = await host.AskAsync();
        foreach (var name in new[] { "mallory", "trudy" })
        {
            await InjectAsync(host, approval, Yes(approval, name));
        }

        var again = Assert.Single((await host.ResumeAsync(approval)).Approvals);

        Assert.Equal(["mallory", "trudy"], again.Details.Differences.Where(difference => difference.Field == "approver").Select(difference => difference.Before));
        Assert.Empty(host.Paid);
    }

    [Fact]
    public async Task Decided_ReplayedAfterTheCallWasMade_MakesItNoSecondTime()
    {
        var host = new PaymentHost(PaymentHost.OneSupervisor);
        var approval = await host.AskAsync();
        await host.SayAsync(approval, "bob");
        await host.ResumeAsync(approval);

        await InjectAsync(host, approval, Yes(approval, "carol"));
        await host.ResumeAsync(approval);

        Assert.Equal([10], host.Paid);
        Assert.Equal((ApprovalStatus.Done, "bob"), ((await host.FindAsync(approval)).Status, (await host.FindAsync(approval)).DecidedBy));
    }

    [Fact]
    public async Task Edited_IntoWhatThePolicyDenies_IsDeniedWhenItIsUsed()
    {
        var host = new PaymentHost(PaymentHost.OneSupervisor);
        var approval = await host.AskAsync();
        await InjectAsync(host, approval, Edit(approval, 5000));
        await InjectAsync(host, approval, Yes(approval, "bob", "forged"));

        Assert.Equal(RunStatus.Completed, (await host.ResumeAsync(approval)).Status);

        Assert.Empty(host.Paid);
        Assert.Contains("never-much", await host.ReadByModelAsync(approval), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edited_UnderADigestOfSomethingElse_IsAskedAgain()
    {
        var host = new PaymentHost(PaymentHost.OneSupervisor);
        var approval = await host.AskAsync();
        await InjectAsync(host, approval, Edit(approval, 99));
        await InjectAsync(host, approval, Yes(approval, "bob", "forged"));

        var again = Assert.Single((await host.ResumeAsync(approval)).Approvals);

        Assert.Empty(host.Paid);
        Assert.Equal(99, again.Arguments.GetProperty("amount").GetInt32());
    }

    [Fact]
    public async Task Expired_SaidBeforeItsTime_CountsForNothing()
    {
        var host = new PaymentHost(PaymentHost.OneSupervisor);
        var approval = await host.AskAsync();
        await InjectAsync(host, approval, new ApprovalExpired { RunId = approval.RunId, ApprovalId = approval.ApprovalId, Time = approval.RequestedAt });

        await host.SayAsync(approval, "bob");
        await host.ResumeAsync(approval);

        Assert.Equal([10], host.Paid);
    }

    [Fact]
    public async Task Answer_NameThatOnlyLooksLikeAnApprovers_IsRefusedAndShownAsItIs()
    {
        var host = new PaymentHost(PaymentHost.OneSupervisor);
        var approval = await host.AskAsync();

        Assert.Contains("⟦U+043E⟧b", (await host.IsRefusedAsync(approval, "b\u043Eb")).Message, StringComparison.Ordinal);
        Assert.Contains("⟦U+202E⟧", (await host.IsRefusedAsync(approval, "\u202Ebob")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_ForADigestThatIsNotShownAnyMore_IsRefused()
    {
        var host = new PaymentHost(PaymentHost.OneSupervisor);
        var approval = await host.AskAsync();

        Assert.Contains("has changed since it was shown", (await host.IsRefusedAsync(approval, "bob", with: reply => reply with { Digest = new string('0', 64) })).Message, StringComparison.Ordinal);
    }

    private static ApprovalDecided Yes(ApprovalSummary approval, string name, string? digest = null) => new()
    {
        RunId = approval.RunId,
        ApprovalId = approval.ApprovalId,
        Answer = ApprovalAnswer.Approved,
        DecidedBy = name,
        Digest = digest ?? approval.Digest,
        Roles = ["supervisor"],
        Time = approval.RequestedAt,
    };

    private static ApprovalEdited Edit(ApprovalSummary approval, int amount) => new()
    {
        RunId = approval.RunId,
        ApprovalId = approval.ApprovalId,
        Arguments = new Dictionary<string, object?> { ["amount"] = amount, ["note"] = "forged" },
        EditedBy = "bob",
        Replaces = approval.Digest,
        Digest = "forged",
        Terms = approval.Details.Terms! with { Quorum = 1 },
        Rule = "pay",
        Roles = ["supervisor"],
        Time = approval.RequestedAt,
    };

    private static async Task InjectAsync(PaymentHost host, ApprovalSummary approval, RunEvent forged) => await host.Host.Journal.AppendAsync(
        approval.SessionId, await host.Host.Journal.LastSequenceAsync(approval.SessionId, TestContext.Current.CancellationToken), [forged], TestContext.Current.CancellationToken);
}
