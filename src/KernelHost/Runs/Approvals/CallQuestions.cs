using KernelHost.Policy;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;

namespace KernelHost.Runs.Approvals;

/// <summary>Asks humans about calls, and judges whether what they said still holds for what would run now.</summary>
internal sealed class CallQuestions(BoundAgent agent, SessionWriter session)
{
    private RunState Run => session.State.Run!;

    /// <summary>Whether nobody is there to be asked, and the call is then denied.</summary>
    public bool IsDeniedUnattended(Decision decision) => Run.Attendance switch
    {
        null => false,
        Attendance.Deny => true,
        _ => (decision.Terms?.Unattended ?? agent.Approvals.Unattended) == Unattended.Deny,
    };

    /// <summary>Whether the question's time is over, by the time of what happened last: the same at every reading of the journal.</summary>
    public bool IsOverdue(CallState call) => call.Approval!.IsOverdue(Run.LastTime);

    /// <summary>Asks a human, or asks again.</summary>
    public void Ask(CallState call, BoundTool bound, ApprovalKind kind, Decision decision, string reason, IReadOnlyList<ApprovalDifference>? differences = null)
    {
        var terms = ApprovalTerms.ForQuestion(decision.Terms, agent.Approvals);
        terms = kind == ApprovalKind.Outcome ? terms.ForOutcome() : terms;
        session.Stage(new ApprovalRequested
        {
            RunId = Run.RunId,
            CallId = call.CallId,
            ApprovalId = session.NewApprovalId(call.CallId),
            Kind = kind,
            Tool = bound.Tool.QualifiedName,
            PluginVersion = bound.Tool.PluginVersion,
            Arguments = call.Arguments,
            Digest = Digest(call, bound, terms, call.Integrity),
            Reason = reason,
            Terms = terms,
            Principal = Run.Started.Principal,
            Integrity = call.Integrity,
            Untrusted = decision.Untrusted,
            Rule = decision.Rule,
            RuleVersion = decision.RuleVersion,
            PolicyVersion = agent.PolicyVersion,
            ContentHash = bound.Tool.ContentHash,
            SchemaHash = bound.Tool.SchemaHash,
            Replaces = call.Question?.ApprovalId,
            Differences = differences,
        });
    }

    /// <summary>Whether what the question was about is what would run now, and whoever said yes may still say so.</summary>
    public bool Holds(CallState call, BoundTool bound)
    {
        var details = call.Approval!.Details;
        return call.Approval.Digest == Digest(call, bound, details.Terms, details.Integrity)
            && details.Votes.All(vote => agent.Approvals.Disqualify(vote.By, details.Terms, Run.Started.Principal) is null);
    }

    /// <summary>Whether the approval that was used up by the announcement was for what would run now.</summary>
    public bool HeldWhenAnnounced(CallState call, BoundTool bound) =>
        call.ApprovedDigest is not null && call.ApprovedDigest == Digest(call, bound, call.ApprovedTerms, call.ApprovedIntegrity);

    /// <summary>The question as it stands does not fit what would run now: it is asked anew, with the difference.</summary>
    public void Reopen(CallState call, BoundTool bound, Decision decision)
    {
        var differences = ApprovalDifferences.Between(call.Approval!, bound.Tool, decision, agent, Run.Started.Principal);
        var when = call.Answer is null ? "asked" : "approved";
        Ask(call, bound, call.Question!.Kind, decision, ApprovalDifferences.Describe(differences, when), differences);
    }

    /// <summary>The digest of an action that is asked under no terms.</summary>
    public string Digest(CallState call, BoundTool bound) => Digest(call, bound, terms: null, integrity: null);

    private string Digest(CallState call, BoundTool bound, ApprovalTerms? terms, Integrity? integrity) =>
        ActionDigest.Compute(bound.Tool, call.Arguments, Run.Started.Principal, agent.PolicyVersion, terms, integrity);
}
