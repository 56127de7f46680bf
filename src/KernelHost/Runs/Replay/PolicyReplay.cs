using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;

namespace KernelHost.Runs.Replay;

/// <summary>Decides every recorded call again under another policy. Pure: no model, no tool, nothing written. Safe for concurrent use.</summary>
/// <param name="journal">Where the runs are recorded.</param>
public sealed class PolicyReplay(JournalStore journal)
{
    /// <summary>Decides the calls of all runs that the filter lets through.</summary>
    /// <param name="policy">The policy to try.</param>
    /// <param name="tools">All installed tools.</param>
    /// <param name="filter">Which runs.</param>
    /// <param name="cancellationToken">Stops between sessions.</param>
    /// <exception cref="PolicyException">The policy does not fit the installed tools.</exception>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    public async Task<PolicyReplayReport> RunAsync(
        PolicyDocument policy, IReadOnlyCollection<Tool> tools, PolicyReplayFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var tally = new Tally(policy.Bind(tools), tools);
        var all = await journal.ListRunsAsync(new RunFilter(Limit: int.MaxValue), cancellationToken);
        var wanted = all.Where(run => (filter.Since is null || run.StartedAt >= filter.Since) && (filter.Agent is null || run.Agent == filter.Agent)).ToList();
        foreach (var session in wanted.GroupBy(run => run.SessionId).OrderBy(session => session.Min(run => run.StartedAt)).ThenBy(session => session.Key, StringComparer.Ordinal))
        {
            var runs = session.Select(run => run.RunId).ToHashSet(StringComparer.Ordinal);
            foreach (var call in RecordedCall.Of(await journal.ReadAsync(session.Key, afterSequence: 0, cancellationToken), new SessionState(session.Key)))
            {
                if (runs.Contains(call.Run.RunId))
                {
                    tally.Add(call);
                }
            }
        }

        return tally.Report(wanted.Count);
    }

    private sealed class Tally(BoundPolicy policy, IReadOnlyCollection<Tool> tools)
    {
        private readonly Dictionary<string, BoundTool> _byName = tools.DistinctBy(tool => tool.QualifiedName)
            .ToDictionary(tool => tool.QualifiedName, tool => new BoundTool(tool), StringComparer.Ordinal);

        private readonly Dictionary<string, string> _modelNames = tools.ToDictionary(tool => tool.ModelName, tool => tool.QualifiedName, StringComparer.Ordinal);
        private readonly SortedDictionary<string, MissingTool> _missing = new(StringComparer.Ordinal);
        private readonly List<DecisionChange> _changes = [];
        private int _calls;
        private int _undecided;
        private int _otherRule;
        private int _promptsRecorded;
        private int _prompts;

        public void Add(RecordedCall call)
        {
            _promptsRecorded += call.Asked ? 1 : 0;
            if (call.Decision is not { } recorded)
            {
                _undecided++;
                return;
            }

            var name = call.Tool ?? _modelNames.GetValueOrDefault(call.Proposed.Name);
            if (call.Tool is not null && !_byName.ContainsKey(call.Tool))
            {
                AddMissing(call, call.Tool);
                return;
            }

            _calls++;
            var now = name is null ? recorded : Decide(call, _byName[name]);
            _prompts += now.Verdict == "ask" ? 1 : 0;
            if (now.Verdict != recorded.Verdict)
            {
                _changes.Add(call.Changed(name, now));
            }
            else if (now.Rule != recorded.Rule)
            {
                _otherRule++;
            }
        }

        public PolicyReplayReport Report(int runs) => new()
        {
            PolicyVersion = policy.Version,
            Runs = runs,
            Calls = _calls,
            Undecided = _undecided,
            OtherRule = _otherRule,
            PromptsRecorded = _promptsRecorded,
            Prompts = _prompts,
            Changes = _changes,
            MissingTools = [.. _missing.Values],
        };

        // As the gate does: arguments that do not fit are refused before the policy is asked.
        private DecidedAs Decide(RecordedCall call, BoundTool bound)
        {
            if ((call.Proposed.ArgumentsError ?? bound.Arguments.Check(call.Proposed.Arguments)) is { } problem)
            {
                return DecidedAs.Invalid(problem);
            }

            var untrusted = policy.AsksForUntrusted(bound.Tool) ? call.Untrusted(bound.Tool) : null;
            var decision = call.Remember(policy.Decide(bound.Tool, call.Proposed.Arguments, call.Agent, call.Run.Principal, untrusted), bound.Tool);
            return DecidedAs.Of(decision.Verdict, decision.Rule, decision.Reason);
        }

        private void AddMissing(RecordedCall call, string tool)
        {
            var known = _missing.GetValueOrDefault(tool) ?? new MissingTool(tool, 0, 0, 0);
            _missing[tool] = known with
            {
                Calls = known.Calls + 1,
                Succeeded = known.Succeeded + (call.Succeeded ? 1 : 0),
                Prompts = known.Prompts + (call.Asked ? 1 : 0),
            };
        }
    }
}
