using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Models;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Routing;
using KernelHost.Runs.Stops;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Microsoft.SemanticKernel;

namespace KernelHost.Tests.Runs.Budgets;

/// <summary>An engine whose model has a price. Everything is allowed, so that only budgets stand in the way.</summary>
internal sealed class BudgetHost(JournalStore journal, IChatClient model, params Tool[] tools) : AgentBinder
{
    public const string Agent = "tester";

    /// <summary>A thousand units a million tokens sent, two thousand received: a token is a thousandth, so costs are easy to read.</summary>
    public static readonly ModelPrice Price = new(1_000_000_000, 2_000_000_000, 500_000_000);

    public static readonly PolicyDocument AllowAll = PolicyDocument.Parse("version: 1\ndefaults: { reads: allow, effects: allow, egress: allow, untrusted: allow }", "allow-all.yaml");

    public JournalStore Journal { get; } = journal;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    public AgentLimits Limits { get; init; } = new();

    public ModelPrice? ModelPrice { get; init; } = Price;

    public int? MaxOutputTokens { get; init; }

    public ChatModel? CheaperModel { get; init; }

    public BoundModel? Extraction { get; init; }

    public PolicyDocument Policy { get; init; } = AllowAll;

    public KillSwitch Stops { get; init; } = KillSwitch.None;

    public SharedBudgets Budgets { get; init; } = new(KernelHost.Policy.Budgets.BudgetRules.None, Ledger.InMemory);

    public RunEngine Engine => field ??= new RunEngine(this, Journal, NullLoggerFactory.Instance, Clock) { Stops = Stops, Budgets = Budgets };

    public override ValueTask<BoundAgent> BindAsync(string agent, CancellationToken cancellationToken) =>
        new(new BoundAgent(Agent, model, new Kernel(), tools, Policy.Bind(tools))
        {
            Limits = Limits,
            Instructions = "You are a test.",
            Price = ModelPrice,
            MaxOutputTokens = MaxOutputTokens,
            CheaperModel = CheaperModel,
            Extraction = Extraction,
        });

    public Task<RunResult> StartAsync(string text, string? sessionId = null, string principal = "alice") =>
        Engine.StartAsync(new RunRequest(Agent, text, principal) { SessionId = sessionId }, observer: null, TestContext.Current.CancellationToken);

    public Task<RunResult> ResumeAsync(string runId) => Engine.ResumeAsync(runId, observer: null, TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<RunEvent>> EventsAsync(string sessionId) =>
        await Journal.ReadAsync(sessionId, afterSequence: 0, TestContext.Current.CancellationToken);
}
