using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Replay;
using KernelHost.Tests.Runs.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace KernelHost.Tests.Runs.Replay;

/// <summary>A <see cref="RunHost"/> whose tools and policy a test completes before its first use, and whose clock moves with every look at it.</summary>
internal sealed class ReplayHost(Func<IReadOnlyList<ChatMessage>, ChatResponse>[] script, AgentLimits limits)
{
    private RunHost? _bound;

    public List<Tool> Tools { get; } = [];

    public PolicyDocument Policy { get; set; } = PolicyDocument.Default;

    public ScriptedChatClient Model { get; } = new(script);

    public JournalStore Journal => Bound.Journal;

    public FakeTimeProvider Clock => Bound.Clock;

    public RunHost Bound => _bound ??= Create();

    public Task<RunResult> StartAsync(string text, CancellationToken? cancellationToken = null) => Bound.StartAsync(text, cancellationToken: cancellationToken);

    public Task<RunResult> ResumeAsync(string runId) => Bound.ResumeAsync(runId);

    public Task<ApprovalSummary> AnswerAsync(string approvalId, KernelHost.Runs.Events.ApprovalAnswer answer, string? reason = null) =>
        Bound.AnswerAsync(approvalId, answer, reason);

    public Task<ReplayReport> ReplayAsync(string runId) => Bound.ReplayAsync(runId);

    public Task AssertReplaysAsync(string runId, string what = "") => Bound.AssertReplaysAsync(runId, what);

    private RunHost Create()
    {
        RunHost host = new(new MemoryJournal(), Model, [.. Tools]) { Limits = limits, Policy = Policy };
        host.Clock.AutoAdvanceAmount = TimeSpan.FromTicks(12_345);
        return host;
    }
}
