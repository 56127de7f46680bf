using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Microsoft.SemanticKernel;

namespace KernelHost.Tests.Runs.Support;

/// <summary>An engine over a journal, as one process would have it. Make a second one over the same journal to play the next process.</summary>
internal sealed class RunHost(JournalStore journal, IChatClient model, params Tool[] tools) : AgentBinder
{
    public const string Agent = "tester";

    public JournalStore Journal { get; } = journal;

    public FakeTimeProvider Clock { get; init; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    /// <summary>What bounds a run. Scripts repeat themselves, so that is no loop here.</summary>
    public AgentLimits Limits { get; init; } = new();

    public ToolLimits ToolLimits { get; init; } = new();

    public ToolSlots? Slots { get; init; }

    public PolicyDocument Policy { get; init; } = PolicyDocument.Default;

    public ApprovalSettings Approvals { get; init; } = new();

    public GroundingRules Grounding { get; init; } = new();

    /// <summary>The groups of everybody.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    public RunEngine Engine => field ??= new RunEngine(this, Journal, NullLoggerFactory.Instance, Clock) { GroupsOf = _ => Groups };

    public ApprovalDesk Desk => field ??= new ApprovalDesk(Journal, Clock) { Settings = Approvals, Agents = this };

    private Tool Reader => field ??= ResultReader.Create(() => Journal, ToolLimits.ResultBytes);

    public override ValueTask<BoundAgent> BindAsync(string agent, CancellationToken cancellationToken) =>
        new(new BoundAgent(Agent, model, new Kernel(), tools, Policy.Bind([.. tools, Reader], agents: null, Approvals.Approvers))
        {
            ResultReader = Reader,
            Limits = Limits with { RepeatedCalls = 0, StaleRounds = 0 },
            ToolLimits = ToolLimits,
            Slots = Slots,
            Approvals = Approvals,
            Grounding = Grounding,
            Instructions = "You are a test.",
        });

    public Task<RunResult> StartAsync(string text, string? sessionId = null, RunObserver? observer = null, CancellationToken? cancellationToken = null) => CheckAsync(
        Engine.StartAsync(new RunRequest(Agent, text, "alice") { SessionId = sessionId }, observer, cancellationToken ?? TestContext.Current.CancellationToken));

    public Task<RunResult> ResumeAsync(string runId) => CheckAsync(Engine.ResumeAsync(runId, observer: null, TestContext.Current.CancellationToken));

    public Task<ApprovalSummary> AnswerAsync(string approvalId, ApprovalAnswer answer, string? reason = null) =>
        Desk.AnswerAsync(approvalId, answer, "bob", reason, TestContext.Current.CancellationToken);

    private async Task<RunResult> CheckAsync(Task<RunResult> work)
    {
        var result = await work;
        SnapshotLaw.Check(result.SessionId, await EventsAsync(result.SessionId));
        return result;
    }

    public async Task<IReadOnlyList<RunEvent>> EventsAsync(string sessionId) =>
        await Journal.ReadAsync(sessionId, afterSequence: 0, TestContext.Current.CancellationToken);
}
