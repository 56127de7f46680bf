using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Replay;

namespace KernelHost.Tests.Runs.Approvals;

/// <summary>A remembered approval is for one shape of action and loosens nothing else.</summary>
public sealed class RememberedTests : IAsyncDisposable
{
    private static readonly object Tea = new { amount = 10, note = "for tea" };
    private readonly MemoryJournal _journal = new();

    [Fact]
    public async Task SameAction_IsAllowedTheRecordSaysByWhomAndTheReplayIsEqual()
    {
        await RememberAsync();
        var host = Host();

        var result = await host.Host.StartAsync("again");

        Assert.Equal((RunStatus.Completed, 10), (result.Status, Assert.Single(host.Paid)));
        var decided = Assert.Single((await host.Host.EventsAsync(result.SessionId)).OfType<CallDecided>());
        var remembered = Assert.Single(await _journal.ListRememberedAsync(new RememberedFilter(), TestContext.Current.CancellationToken));
        Assert.Equal((Verdict.Allow, $"remembered:{remembered.RememberedId}", "bob"), (decided.Verdict, decided.Rule, decided.Remembered!.CreatedBy));
        await host.Host.AssertReplaysAsync(result.RunId);
    }

    [Fact]
    public async Task TheRunInWhichItWasRemembered_ReplaysEqual()
    {
        var approval = await RememberAsync();

        await Host().Host.AssertReplaysAsync(approval.RunId);
    }

    [Theory]
    [InlineData(11, "for tea")]
    [InlineData(10, "for tea\u200b")]
    [InlineData(10, null)]
    public async Task OtherArguments_AreAsked(int amount, string? note)
    {
        await RememberAsync();

        await AssertAskedAsync(Host(arguments: new { amount, note }));
    }

    [Fact]
    public async Task ArgumentLeftOpen_MayHaveAnyValueAndTheOthersMayNot()
    {
        await RememberAsync(new RememberOptions { AllSessions = true, AnyValue = ["note"] });

        var host = Host(arguments: new { amount = 10, note = "for cake" });
        Assert.Equal(RunStatus.Completed, (await host.Host.StartAsync("again")).Status);
        await AssertAskedAsync(Host(arguments: new { amount = 11, note = "for cake" }));
    }

    [Fact]
    public async Task OtherFilesOfThePlugin_AreAsked()
    {
        await RememberAsync();

        await AssertAskedAsync(new PaymentHost(PaymentHost.OneSupervisor, _journal, Tea, contentHash: "other"));
    }

    [Fact]
    public async Task RuleThatAskedHasChanged_IsAsked()
    {
        await RememberAsync();

        await AssertAskedAsync(new PaymentHost(PaymentHost.OneSupervisor.Replace("2h", "3h", StringComparison.Ordinal), _journal, Tea));
    }

    [Fact]
    public async Task AnotherRuleOfThePolicyHasChanged_IsAllowedAllTheSame()
    {
        await RememberAsync();
        var host = new PaymentHost(PaymentHost.OneSupervisor.Replace("greaterThan: 1000", "greaterThan: 2000", StringComparison.Ordinal), _journal, Tea);

        Assert.Equal(RunStatus.Completed, (await host.Host.StartAsync("again")).Status);
    }

    [Fact]
    public async Task PolicyDeniesByNow_NothingIsRemembered()
    {
        await RememberAsync();
        var host = new PaymentHost("version: 1\nrules:\n  - { id: no, decision: deny, tools: [test/pay] }", _journal, Tea);

        await host.Host.StartAsync("again");

        Assert.Empty(host.Paid);
    }

    [Fact]
    public async Task ItsTimeIsOver_IsAsked()
    {
        await RememberAsync();
        var host = Host();
        host.Clock.Advance(TimeSpan.FromHours(8));

        await AssertAskedAsync(host);
        Assert.Empty(await _journal.ListRememberedAsync(new RememberedFilter(ValidAt: host.Clock.GetUtcNow()), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task TakenBack_IsAskedAndTheEarlierRunStillReplaysEqual()
    {
        await RememberAsync();
        var host = Host();
        var allowed = await host.Host.StartAsync("again");
        var remembered = Assert.Single(await _journal.ListRememberedAsync(new RememberedFilter(), TestContext.Current.CancellationToken));

        await Assert.ThrowsAsync<RunException>(() => host.Desk.RevokeAsync(remembered.RememberedId, "mallory", TestContext.Current.CancellationToken));
        await host.Desk.RevokeAsync(remembered.RememberedId, "carol", TestContext.Current.CancellationToken);

        await AssertAskedAsync(Host());
        await host.Host.AssertReplaysAsync(allowed.RunId);
    }

    [Fact]
    public async Task OfOneSession_HoldsInNoOther()
    {
        var approval = await RememberAsync(new RememberOptions());

        await AssertAskedAsync(Host());
        var host = Host();
        Assert.Equal(RunStatus.Completed, (await host.Host.StartAsync("again", approval.SessionId)).Status);
        Assert.Equal([10], host.Paid);
    }

    [Fact]
    public async Task WhatTakesTwoPeople_CannotBeRememberedByOne()
    {
        var host = new PaymentHost(PaymentHost.TwoSupervisors, _journal);
        var approval = await host.AskAsync();

        var refusal = await host.IsRefusedAsync(approval, "bob", with: reply => reply with { Remember = new RememberOptions() });

        Assert.Contains("needs 2 people each time", refusal.Message, StringComparison.Ordinal);
        Assert.Empty((await host.FindAsync(approval)).Details.Votes);
    }

    [Theory]
    [InlineData(30, "nothing", "no argument 'nothing'")]
    [InlineData(30, null, "for a time from 1m to 30d, not for 30s")]
    public async Task OptionsThatDoNotDo_AreRefusedAndNothingIsRecorded(int seconds, string? any, string because)
    {
        var host = Host();
        var approval = await host.AskAsync();
        var options = any is null ? new RememberOptions { For = TimeSpan.FromSeconds(seconds) } : new RememberOptions { AnyValue = [any] };

        Assert.Contains(because, (await host.IsRefusedAsync(approval, "bob", with: reply => reply with { Remember = options })).Message, StringComparison.Ordinal);

        Assert.Equal(ApprovalStatus.Pending, (await host.FindAsync(approval)).Status);
    }

    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    private PaymentHost Host(object? arguments = null) => new(PaymentHost.OneSupervisor, _journal, arguments ?? Tea);

    private async Task<ApprovalSummary> RememberAsync(RememberOptions? options = null)
    {
        var host = Host();
        var approval = await host.AskAsync();
        await host.SayAsync(approval, "bob", with: reply => reply with { Remember = options ?? new RememberOptions { AllSessions = true } });
        await host.ResumeAsync(approval);
        return approval;
    }

    private static async Task AssertAskedAsync(PaymentHost host)
    {
        Assert.Equal(RunStatus.WaitingForApproval, (await host.Host.StartAsync("again")).Status);
        Assert.Empty(host.Paid);
    }
}
