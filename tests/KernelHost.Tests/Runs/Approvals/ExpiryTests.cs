using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Tests.Runs.Approvals;

/// <summary>Silence is a no.</summary>
public sealed class ExpiryTests
{
    private static readonly TimeSpan TwoHours = TimeSpan.FromHours(2);

    [Fact]
    public async Task Resume_TimeIsOver_CallIsDeniedAndTheModelReadsIt()
    {
        var host = new PaymentHost(PaymentHost.OneSupervisor);
        var approval = await host.AskAsync();
        host.Clock.Advance(TwoHours);

        Assert.Equal(RunStatus.Completed, (await host.ResumeAsync(approval)).Status);

        Assert.Empty(host.Paid);
        Assert.Equal(ApprovalStatus.Expired, (await host.FindAsync(approval)).Status);
        Assert.Contains("nobody answered within 2h", await host.ReadByModelAsync(approval), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_TimeIsOver_IsRefusedAndTheRunLearnsOfIt()
    {
        var host = new PaymentHost(PaymentHost.OneSupervisor);
        var approval = await host.AskAsync();
        host.Clock.Advance(TwoHours);

        Assert.Contains("expired", (await host.IsRefusedAsync(approval, "bob")).Message, StringComparison.Ordinal);
        Assert.Contains("expired", (await host.IsRefusedAsync(approval, "carol", ApprovalAnswer.Denied)).Message, StringComparison.Ordinal);

        Assert.Single((await host.Host.EventsAsync(approval.SessionId)).OfType<ApprovalExpired>());
        Assert.Equal(ApprovalStatus.Expired, (await host.FindAsync(approval)).Status);
        Assert.Equal(RunStatus.Completed, (await host.ResumeAsync(approval)).Status);
        Assert.Empty(host.Paid);
    }

    [Fact]
    public async Task Answer_AMomentBefore_CountsHoweverLateTheRunIsResumed()
    {
        var host = new PaymentHost(PaymentHost.OneSupervisor);
        var approval = await host.AskAsync();
        host.Clock.Advance(TwoHours - TimeSpan.FromTicks(1));
        await host.SayAsync(approval, "bob");
        host.Clock.Advance(TimeSpan.FromDays(3));

        await host.ResumeAsync(approval);

        Assert.Equal([10], host.Paid);
    }

    [Fact]
    public async Task At_TimeIsOver_TheListSaysSoBeforeAnybodyNoticed()
    {
        var host = new PaymentHost(PaymentHost.OneSupervisor);
        var approval = await host.AskAsync();

        Assert.Equal(ApprovalStatus.Pending, approval.At(approval.ExpiresAt!.Value - TimeSpan.FromTicks(1)).Status);
        Assert.Equal(ApprovalStatus.Expired, approval.At(approval.ExpiresAt.Value).Status);
    }

    [Fact]
    public async Task Ask_RuleSaysNothing_TheHostSaysHowLong()
    {
        var host = new PaymentHost(settings: new ApprovalSettings { ExpiresAfter = TimeSpan.FromMinutes(5) });

        Assert.Equal(TimeSpan.FromMinutes(5), (await host.AskAsync()).Details.Terms!.ExpiresAfter);
        Assert.Equal(TimeSpan.FromDays(7), (await new PaymentHost().AskAsync()).Details.Terms!.ExpiresAfter);
    }
}
