using KernelHost.Policy.Budgets;
using KernelHost.Runs;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;

namespace KernelHost.CrashHost.Campaign;

/// <summary>Compares what the journals of a directory say with what happened in the world.</summary>
internal sealed class CampaignCheck(SqliteJournal journal, Ledger ledger, CampaignWorld world)
{
    private readonly List<string> _problems = [];
    private readonly HashSet<string> _completed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _denied = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _used = new(StringComparer.Ordinal);
    private int _lostResults;
    private int _stuck;
    private int _lostApprovals;
    private long _drift;
    private int _outcomes;

    public async Task<CampaignCounts> RunAsync()
    {
        var runs = await journal.ListRunsAsync(new RunFilter(Limit: int.MaxValue), CancellationToken.None);
        var verification = await journal.VerifyAsync(null, CancellationToken.None);
        foreach (var problem in verification.Problems)
        {
            _stuck++;
            _problems.Add($"session {problem.SessionId}: {problem.Message}");
        }

        foreach (var run in runs)
        {
            await CheckAsync(run);
        }

        var executions = world.Executions();
        var duplicated = executions.Where(execution => execution.Effect is ToolEffect.Once or ToolEffect.Compensable && execution.Times > 1).ToList();
        _problems.AddRange(duplicated.Select(execution => $"{execution.Effect} {execution.Key} was executed {execution.Times} times"));
        foreach (var (key, effect, _) in executions.Where(execution => !_completed.Contains(execution.Key)))
        {
            Lost($"{effect} {key} was executed and its call has no result");
        }

        await CheckBudgetAsync();
        var approvals = await CheckApprovalsAsync();
        return new CampaignCounts
        {
            Runs = runs.Count,
            Events = verification.Events,
            Executions = executions.Sum(execution => execution.Times),
            Approvals = approvals,
            Outcomes = _outcomes,
            DuplicatedOnceEffects = duplicated.Count,
            LostResults = _lostResults,
            StuckSessions = _stuck,
            LostApprovals = _lostApprovals,
            BudgetDrift = _drift,
            Problems = _problems,
        };
    }

    private async Task CheckAsync(RunSummary run)
    {
        if (run.Status != RunStatus.Completed)
        {
            _stuck++;
            _problems.Add($"run {run.RunId} of {run.Agent} is {run.Status}");
        }

        var events = (await journal.ReadAsync(run.SessionId, 0, CancellationToken.None)).Where(runEvent => runEvent.RunId == run.RunId).ToList();
        var outcomes = events.OfType<CallEvent>().Where(call => call is CallCompleted or CallFailed).ToLookup(call => call.CallId);
        foreach (var call in events.OfType<ModelReplied>().SelectMany(reply => reply.Calls))
        {
            Check(run, call, [.. outcomes[call.CallId]]);
        }

        foreach (var asked in events.OfType<ApprovalRequested>())
        {
            _outcomes += asked.Kind == ApprovalKind.Outcome ? 1 : 0;
        }

        if (run.ParentRunId is null)
        {
            var state = new SessionState(run.SessionId);
            events.ForEach(state.Apply);
            var spent = state.Run!.Spent;
            Add(BudgetMeasure.Tokens, spent.InputTokens + spent.OutputTokens);
            Add(BudgetMeasure.ModelCalls, spent.ModelCalls);
            Add(BudgetMeasure.ToolCalls, spent.ToolCalls);
            Add(BudgetMeasure.ApprovalPrompts, spent.ApprovalPrompts);
        }
    }

    // Runs count what their sub-runs used, too, so the topmost have used all there is.
    private void Add(string measure, long amount) => _used[measure] = _used.GetValueOrDefault(measure) + amount;

    // The account, the runs and the world: what the first two say must be the same, with nothing set aside, and no less than what really was
    // used. A model call that a kill cut off is charged as reserved, since nobody knows what it cost.
    private async Task CheckBudgetAsync()
    {
        // As 'kernelhost budget' does before it shows them.
        await LedgerSweep.RunAsync(ledger, journal, CancellationToken.None);
        foreach (var row in ledger.List().Where(row => row.Account == "tenant"))
        {
            Drift($"the account of {row.Measure}", row.Used - _used.GetValueOrDefault(row.Measure));
            Drift($"the reservations of {row.Measure}", row.Reserved);
        }

        var (calls, tokens) = world.ModelCalls();
        Drift("the model calls on record", Math.Max(0, calls - _used.GetValueOrDefault(BudgetMeasure.ModelCalls)));
        Drift("the tokens on record", Math.Max(0, tokens - _used.GetValueOrDefault(BudgetMeasure.Tokens)));
    }

    private void Drift(string what, long by)
    {
        if (by != 0)
        {
            _drift += Math.Abs(by);
            _problems.Add($"{what} are off by {by}");
        }
    }

    private void Check(RunSummary run, ProposedCall call, CallEvent[] outcomes)
    {
        var key = $"{run.RunId}/{call.CallId}";
        if (outcomes.Length != 1)
        {
            Lost($"call {key} ({call.Name}) has {outcomes.Length} outcomes");
        }

        if (outcomes is [CallCompleted, ..])
        {
            _completed.Add(key);
            if (!call.Name.StartsWith("agent", StringComparison.Ordinal) && !world.Happened(key))
            {
                Lost($"call {key} ({call.Name}) has a result and was not executed");
            }
        }
        else if (outcomes is [CallFailed { Failure: CallFailure.DeniedByPerson }, ..])
        {
            _denied.Add(key);
        }
        else if (outcomes is [CallFailed failed, ..])
        {
            Lost($"call {key} ({call.Name}) failed: {failed.Error}");
        }
    }

    // Whatever somebody was told had been taken is on record as it was given, and no question of a run that has ended is open.
    private async Task<int> CheckApprovalsAsync()
    {
        foreach (var (approvalId, answer) in world.Answers())
        {
            if (await journal.FindApprovalAsync(approvalId, CancellationToken.None) is not { } approval || approval.Answer?.ToString() != answer)
            {
                LostApproval($"approval {approvalId} was answered with {answer}");
            }
        }

        var all = await journal.ListApprovalsAsync(new ApprovalFilter(Limit: int.MaxValue), CancellationToken.None);
        foreach (var approval in all)
        {
            if (approval.Status == ApprovalStatus.Pending)
            {
                LostApproval($"approval {approval.ApprovalId} is still open");
            }
            else if (approval is { Kind: ApprovalKind.Action, Answer: ApprovalAnswer.Denied } && !_denied.Contains($"{approval.RunId}/{approval.CallId}"))
            {
                LostApproval($"approval {approval.ApprovalId} was denied and its call was made");
            }
        }

        return all.Count;
    }

    private void Lost(string problem)
    {
        _lostResults++;
        _problems.Add(problem);
    }

    private void LostApproval(string problem)
    {
        _lostApprovals++;
        _problems.Add(problem);
    }
}
