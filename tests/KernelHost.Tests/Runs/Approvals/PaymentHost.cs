using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.Time.Testing;
using static KernelHost.Tests.Runs.Support.ScriptedChatClient;

namespace KernelHost.Tests.Runs.Approvals;

/// <summary>Alice asks for a payment of 10; bob and carol are supervisors, dora is a manager. The payments that were made are kept.</summary>
internal sealed class PaymentHost
{
    public const string TwoSupervisors = """
        version: 1
        rules:
          - id: pay
            decision: ask
            tools: [test/pay]
            approval: { approvers: [supervisor], quorum: 2, expiresAfter: 2h, escalateAfter: 30m, escalateTo: [manager] }
        """;

    public const string OneSupervisor = """
        version: 1
        rules:
          - { id: pay, decision: ask, tools: [test/pay], approval: { approvers: [supervisor], expiresAfter: 2h } }
          - { id: never-much, decision: deny, tools: [test/pay], when: { amount: { greaterThan: 1000 } } }
          - { id: much, decision: ask, tools: [test/pay], when: { amount: { greaterThan: 100 } }, approval: { approvers: [supervisor], quorum: 2 } }
        """;

    public static readonly Approvers People = new(
    [
        new Approver("alice", ["supervisor"]), new Approver("bob", ["supervisor"]), new Approver("carol", ["supervisor"]), new Approver("dora", ["manager"]), new Approver("eve", []),
    ]);

    private readonly object _arguments;
    private readonly Lazy<RunHost> _host;

    public PaymentHost(string? policy = null, JournalStore? journal = null, object? arguments = null, string contentHash = "c0ffee", ApprovalSettings? settings = null)
    {
        _arguments = arguments ?? new { amount = 10, note = "for tea" };
        _host = new(() => new RunHost(
            journal ?? new MemoryJournal(),
            new ScriptedChatClient(Calls(("test-pay", _arguments)), Says("Done.")),
            TestTools.Create("pay", ToolEffect.Once, (int amount, string? note) => Pay(amount), contentHash, result: Integrity.Trusted))
        {
            Policy = policy is null ? PolicyDocument.Default : PolicyDocument.Parse(policy, "policy.yaml"),
            Approvals = settings ?? (policy is null ? new ApprovalSettings() : new ApprovalSettings { Approvers = People }),
        });
    }

    public List<int> Paid { get; init; } = [];

    public RunHost Host => _host.Value;

    public FakeTimeProvider Clock => Host.Clock;

    public ApprovalDesk Desk => Host.Desk;

    /// <summary>Starts the run and gives the question it asks.</summary>
    public async Task<ApprovalSummary> AskAsync() => Assert.Single((await Host.StartAsync("pay")).Approvals);

    public Task<ApprovalSummary> SayAsync(ApprovalSummary approval, string who, ApprovalAnswer answer = ApprovalAnswer.Approved, Func<ApprovalReply, ApprovalReply>? with = null)
    {
        var reply = new ApprovalReply(approval.ApprovalId, answer, who);
        return Desk.AnswerAsync(with is null ? reply : with(reply), TestContext.Current.CancellationToken);
    }

    public Task<RunException> IsRefusedAsync(ApprovalSummary approval, string who, ApprovalAnswer answer = ApprovalAnswer.Approved, Func<ApprovalReply, ApprovalReply>? with = null) =>
        Assert.ThrowsAsync<RunException>(() => SayAsync(approval, who, answer, with));

    public Task<RunResult> ResumeAsync(ApprovalSummary approval) => Host.ResumeAsync(approval.RunId);

    public async Task<ApprovalSummary> FindAsync(ApprovalSummary approval) =>
        (await Host.Journal.FindApprovalAsync(approval.ApprovalId, TestContext.Current.CancellationToken))!;

    /// <summary>What the model read of its call.</summary>
    public async Task<string> ReadByModelAsync(ApprovalSummary approval)
    {
        var state = new KernelHost.Runs.State.SessionState(approval.SessionId);
        foreach (var runEvent in await Host.EventsAsync(approval.SessionId))
        {
            state.Apply(runEvent);
        }

        return state.Messages.SelectMany(message => message.Contents).OfType<Microsoft.Extensions.AI.FunctionResultContent>().Last().Result!.ToString()!;
    }

    private string Pay(int amount)
    {
        Paid.Add(amount);
        return $"paid {amount}";
    }
}
