using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Tests.Runs.Replay;
using KernelHost.Tests.Runs.Support;

namespace KernelHost.Tests.Runs.Approvals;

/// <summary>Nobody is there to be asked: the same thing happens every time.</summary>
public sealed class UnattendedTests
{
    [Theory]
    [InlineData(null, null, null, RunStatus.WaitingForApproval)]
    [InlineData(null, Unattended.Deny, null, RunStatus.WaitingForApproval)]
    [InlineData(Attendance.Unattended, null, null, RunStatus.WaitingForApproval)]
    [InlineData(Attendance.Unattended, Unattended.Deny, null, RunStatus.Completed)]
    [InlineData(Attendance.Unattended, Unattended.Deny, "park", RunStatus.WaitingForApproval)]
    [InlineData(Attendance.Unattended, Unattended.Park, "deny", RunStatus.Completed)]
    [InlineData(Attendance.Deny, Unattended.Park, "park", RunStatus.Completed)]
    public async Task Ask_WhoeverIsThere_TheCallerMayBeStricterThanTheRuleAndTheRuleGoesBeforeTheHost(
        Attendance? attendance, Unattended? host, string? rule, RunStatus status)
    {
        var payments = new PaymentHost(
            $"version: 1\nrules:\n  - {{ id: pay, decision: ask, tools: [test/pay], approval: {{ expiresAfter: 1h{(rule is null ? "" : $", unattended: {rule}")} }} }}",
            settings: new ApprovalSettings { Unattended = host ?? Unattended.Park });

        var result = await StartAsync(payments, attendance);

        Assert.Equal(status, result.Status);
        Assert.Empty(payments.Paid);
        Assert.Equal(status == RunStatus.Completed ? 1 : 0, result.DeniedByPolicy);
        Assert.Equal(status == RunStatus.Completed, (await payments.Host.EventsAsync(result.SessionId)).Any(runEvent => runEvent is CallFailed { Failure: CallFailure.Unattended }));
        await payments.Host.AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task Resume_SomebodyIsThereThisTime_TheQuestionStands()
    {
        var payments = new PaymentHost(settings: new ApprovalSettings());
        var result = await StartAsync(payments, Attendance.Unattended);
        var approval = Assert.Single(result.Approvals);
        await payments.SayAsync(approval, "bob");

        Assert.Equal(RunStatus.Completed, (await payments.ResumeAsync(approval)).Status);
        Assert.Equal([10], payments.Paid);
    }

    private static Task<RunResult> StartAsync(PaymentHost payments, Attendance? attendance) => payments.Host.Engine.StartAsync(
        new RunRequest(RunHost.Agent, "pay", "alice") { Attendance = attendance }, observer: null, TestContext.Current.CancellationToken);
}
