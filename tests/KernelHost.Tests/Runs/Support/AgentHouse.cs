using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Hosting;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Stops;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Microsoft.SemanticKernel;

namespace KernelHost.Tests.Runs.Support;

/// <summary>Several agents over one journal, as one process would have them. Make a second one to play the next process.</summary>
internal sealed class AgentHouse(JournalStore journal) : AgentBinder
{
    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    private IReadOnlyList<Tool>? _agentTools;

    public JournalStore Journal { get; } = journal;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    public PolicyDocument Policy { get; set; } = PolicyDocument.Default;

    public int Depth { get; init; } = 4;

    public KillSwitch Stops { get; init; } = KillSwitch.None;

    public RunEngine Engine => field ??= new RunEngine(this, Journal, NullLoggerFactory.Instance, Clock) { Stops = Stops };

    public ApprovalDesk Desk => field ??= new ApprovalDesk(Journal, Clock) { Agents = this };

    private IReadOnlyList<Tool> AgentTools => _agentTools ??= [.. _members.Keys.SelectMany(name => AgentTool.For(Definition(name)))];

    /// <summary>Adds an agent before the first run.</summary>
    public AgentHouse Add(string name, IChatClient model, IEnumerable<string>? asks = null, IEnumerable<Tool>? tools = null, AgentLimits? limits = null, IEnumerable<string>? handsTo = null, GroundingRules? grounding = null)
    {
        _members[name] = new Member(model, [.. asks ?? []], [.. handsTo ?? []], [.. tools ?? []], limits ?? new AgentLimits(), grounding ?? new GroundingRules());
        return this;
    }

    /// <summary>An agent that is still there and cannot be used, as when its file has an error.</summary>
    public string? Broken { get; init; }

    public override ValueTask<BoundAgent> BindAsync(string agent, CancellationToken cancellationToken)
    {
        if (!_members.TryGetValue(agent, out var member) || agent == Broken)
        {
            throw new AgentException($"There is no agent '{agent}'.");
        }

        Tool[] tools = [.. member.Tools, .. AgentTools.Where(tool => (tool.Agent!.HandsOver ? member.HandsTo : member.Asks).Contains(tool.Agent.Name))];
        var policy = Policy.Bind([.. _members.Values.SelectMany(other => other.Tools).Distinct(), .. AgentTools]);
        return new(new BoundAgent(agent, member.Model, new Kernel(), tools, policy) { Limits = member.Limits with { RepeatedCalls = 0, StaleRounds = 0 }, Instructions = $"You are {agent}.", MaximumDepth = Depth, Grounding = member.Grounding });
    }

    public Task<RunResult> StartAsync(string agent, string text, string? sessionId = null, CancellationToken? cancellationToken = null) =>
        Engine.StartAsync(new RunRequest(agent, text, "alice") { SessionId = sessionId }, observer: null, cancellationToken ?? TestContext.Current.CancellationToken);

    public Task<RunResult> ResumeAsync(string runId) => Engine.ResumeAsync(runId, observer: null, TestContext.Current.CancellationToken);

    public Task<ApprovalSummary> AnswerAsync(string approvalId, ApprovalAnswer answer, string? reason = null) =>
        Desk.AnswerAsync(approvalId, answer, "bob", reason, TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<RunEvent>> EventsAsync(string sessionId) =>
        await Journal.ReadAsync(sessionId, afterSequence: 0, TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<RunSummary>> RunsAsync() => await Journal.ListRunsAsync(new RunFilter(Limit: 1000), TestContext.Current.CancellationToken);

    /// <summary>The only run of an agent.</summary>
    public async Task<RunSummary> RunOfAsync(string agent) => Assert.Single(await RunsAsync(), run => run.Agent == agent);

    private static AgentDefinition Definition(string name) => new() { Name = name, Description = $"Knows {name}.", Instructions = "Answer.", SourcePath = "test" };

    private sealed record Member(IChatClient Model, IReadOnlyList<string> Asks, IReadOnlyList<string> HandsTo, IReadOnlyList<Tool> Tools, AgentLimits Limits, GroundingRules Grounding);
}
