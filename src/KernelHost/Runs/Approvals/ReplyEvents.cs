using KernelHost.Policy;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Text;

namespace KernelHost.Runs.Approvals;

/// <summary>The events that say what a person said, checked by the state machine that will read them. They are written together or not at all.</summary>
internal sealed class ReplyEvents(
    ApprovalReply reply, ApprovalSummary approval, RunSummary run, ApproverIdentity person, DateTimeOffset now, ApprovalSettings settings, AgentBinder? agents)
{
    /// <exception cref="RunException">What he says does not count, in words for him.</exception>
    public async ValueTask<IReadOnlyList<RunEvent>> CreateAsync(CancellationToken cancellationToken)
    {
        List<RunEvent> events = [];
        var asked = approval;
        if (reply.Arguments is { } arguments)
        {
            var edited = await EditAsync(arguments, cancellationToken);
            Refuse(ApprovalRefusal.Of(asked, edited));
            events.Add(edited);
            asked = ApprovalMachine.Apply(asked, edited);
        }

        var decided = new ApprovalDecided
        {
            RunId = approval.RunId,
            ApprovalId = approval.ApprovalId,
            Answer = reply.Answer,
            DecidedBy = reply.DecidedBy,
            Digest = reply.Arguments is null ? reply.Digest ?? asked.Digest : asked.Digest,
            Reason = reply.Reason,
            Response = reply.Answer == ApprovalAnswer.Responded ? reply.Response ?? throw new RunException("A response needs text for the model to read.") : null,
            Roles = person.Roles,
            SelfApproved = person.IsRequester ? true : null,
            Time = now,
        };
        Refuse(ApprovalRefusal.Of(asked, decided));
        events.Add(decided);
        if (reply.Remember is { } options)
        {
            events.Add(Remember(asked, options));
        }

        return events;
    }

    private async ValueTask<ApprovalEdited> EditAsync(IDictionary<string, object?> arguments, CancellationToken cancellationToken)
    {
        if (reply.Answer != ApprovalAnswer.Approved)
        {
            throw new ArgumentException("Only an approval can change the arguments.", nameof(arguments));
        }

        // What can be told without an agent is told first: whether it is open, and for this person.
        Refuse(ApprovalRefusal.Closed(approval, now) ?? ApprovalRefusal.OfPerson(approval, reply.DecidedBy, person.Roles, person.IsRequester, now));
        var agent = await (agents ?? throw new InvalidOperationException("This desk knows no agents, so it cannot check other arguments.")).BindAsync(run.Agent, cancellationToken);
        var isTopUp = approval.Kind == ApprovalKind.TopUp;
        var tool = isTopUp ? agent.TopUpTool : agent.Tools.FirstOrDefault(tool => tool.QualifiedName == approval.Tool);
        var bound = tool is { } found && Digest(agent, found, Original(), approval.Details.Terms) == approval.Digest
            ? new BoundTool(found)
            : throw new RunException($"The plugin, its tool or the policy has changed since approval '{approval.ApprovalId}' was asked, so its arguments cannot be changed. Resume the run to have it asked again: kernelhost resume {approval.RunId}");
        var writable = JournalValues.TryArguments(arguments)
            ?? throw new RunException("The new arguments are nested too deep or hold text that is not valid Unicode.");
        Refuse(bound.Arguments.Check(writable) is { } problem ? $"The new arguments do not fit '{approval.Tool}': {problem}" : null);
        Refuse(isTopUp && writable.Count == 0 ? $"Nothing would be added. Say how much more, for example: kernelhost approvals approve {approval.ApprovalId} --set steps=10" : null);
        var decision = isTopUp ? TopUps.Decision : agent.Policy.Decide(bound.Tool, writable, agent.Name, run.Principal);
        Refuse(decision.Verdict == Verdict.Deny ? $"The policy denies the call with these arguments ({decision.Rule}): {decision.Reason}" : null);
        var terms = ApprovalTerms.ForQuestion(decision.Terms, settings) with { ExpiresAfter = approval.Details.Terms?.ExpiresAfter };
        return new ApprovalEdited
        {
            RunId = approval.RunId,
            ApprovalId = approval.ApprovalId,
            Arguments = writable,
            EditedBy = reply.DecidedBy,
            Replaces = reply.Digest ?? approval.Digest,
            Digest = Digest(agent, bound.Tool, writable, terms),
            Terms = terms,
            Rule = decision.Rule,
            RuleVersion = decision.RuleVersion,
            Roles = person.Roles,
            SelfApproved = person.IsRequester ? true : null,
            Time = now,
        };
    }

    private ApprovalRemembered Remember(ApprovalSummary asked, RememberOptions options)
    {
        var details = asked.Details;
        if (reply.Answer != ApprovalAnswer.Approved)
        {
            throw new ArgumentException("Only an approval can be remembered.", nameof(options));
        }

        Refuse(asked.Kind == ApprovalKind.TopUp ? "More than a run's limits is allowed once. Raise 'limits' in the agent's file to allow it always." : null);
        if (details is not { Integrity: { } integrity, ContentHash: { } content, SchemaHash: { } schema, Rule: { } rule, RuleVersion: { } version })
        {
            throw new RunException($"Approval '{asked.ApprovalId}' was asked by an earlier version of KernelHost and cannot be remembered. Approve it once.");
        }

        Refuse(asked.Quorum > 1 ? $"Approval '{asked.ApprovalId}' needs {asked.Quorum} people each time, so one of them cannot have it remembered." : null);
        Refuse(options.For < RememberOptions.Shortest || options.For > RememberOptions.Longest
            ? $"An approval is remembered for a time from {Duration.Format(RememberOptions.Shortest)} to {Duration.Format(RememberOptions.Longest)}, not for {Duration.Format(options.For)}." : null);
        var arguments = asked.Arguments.EnumerateObject().ToDictionary(argument => argument.Name, argument => (object?)argument.Value, StringComparer.Ordinal);
        var untrusted = details.Untrusted.Select(static value => value.Argument).ToList();
        foreach (var name in options.AnyValue)
        {
            Refuse(untrusted.Contains(name) ? $"The value of '{VisibleText.Escape(name)}' comes from untrusted content, so another one must be looked at again. Remember it without --any {VisibleText.Escape(name)}." : null);
            Refuse(arguments.Remove(name) ? null : $"The call has no argument '{VisibleText.Escape(name)}' whose value could be left open.{NearestName.Hint(name, arguments.Keys)}");
        }

        return new ApprovalRemembered
        {
            RunId = asked.RunId,
            ApprovalId = asked.ApprovalId,
            Time = now,
            Remembered = new RememberedApproval
            {
                RememberedId = options.RememberedId ?? RunIds.NewRemembered(),
                ApprovalId = asked.ApprovalId,
                Tool = asked.Tool,
                ContentHash = content,
                SchemaHash = schema,
                Principal = run.Principal,
                Agent = run.Agent,
                SessionId = options.AllSessions ? null : asked.SessionId,
                Arguments = arguments,
                AnyValue = options.AnyValue,
                Integrity = integrity,
                Untrusted = untrusted,
                Rule = rule,
                RuleVersion = version,
                CreatedBy = reply.DecidedBy,
                CreatedAt = now,
                ExpiresAt = now + options.For,
            },
        };
    }

    private string Digest(BoundAgent agent, Catalog.Tool tool, IDictionary<string, object?> arguments, ApprovalTerms? terms) =>
        ActionDigest.Compute(tool, arguments, run.Principal, agent.PolicyVersion, terms, approval.Details.Integrity);

    private Dictionary<string, object?> Original() =>
        approval.Arguments.EnumerateObject().ToDictionary(argument => argument.Name, argument => (object?)argument.Value, StringComparer.Ordinal);

    private static void Refuse(string? problem)
    {
        if (problem is not null)
        {
            throw new RunException(problem);
        }
    }
}
