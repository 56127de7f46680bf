using System.Globalization;
using KernelHost.Agents;
using KernelHost.Policy;
using KernelHost.Policy.Budgets;
using KernelHost.Runs.Approvals;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;
using KernelHost.Text;

namespace KernelHost.Runs.Budgets;

/// <summary>Asks people for more when a run has reached a limit of its own, as the agent says, and takes up what they answered.</summary>
internal sealed class TopUps(BoundAgent agent, SessionWriter session)
{
    private const string Prefix = "top-up.";

    // What is proposed is as much as the file allows, or a few times as much where that would not do.
    private const int LargestFactor = 16;

    private readonly CallQuestions _questions = new(agent, session);

    private RunState Run => session.State.Run!;

    /// <summary>In place of a policy's decision: the agent's file is the rule that asks.</summary>
    public static Decision Decision { get; } = new(Verdict.Ask, "limits:ask", "The agent asks for more at its limits.");

    /// <summary>Whether something was set aside for a question for more.</summary>
    public static bool IsQuestion(string id) => id.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Asks for more than a limit.</summary>
    /// <param name="limit">The limit, in words.</param>
    /// <returns>Whether somebody is asked: not where the agent does not say so, nobody is there, somebody has said no before, or more would not help.</returns>
    public bool TryAsk(string limit)
    {
        if (agent.Limits.AtLimit != AtLimit.Ask || Run.TopUpRefused || _questions.IsDeniedUnattended(Decision) || Propose(limit) is not { } arguments)
        {
            return false;
        }

        var callId = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Run.TopUps + 1}");
        if (Run.Spent.ApprovalPrompts >= agent.Limits.ApprovalPrompts
            || session.Guards.Accounts.Reserve(RunAccounts.Question(callId), new BudgetUse { ApprovalPrompts = 1 }) is not null)
        {
            return false;
        }

        Ask(callId, arguments, $"The run has reached its limit of {limit}. May it use this much more?", replaces: null, differences: null);
        return true;
    }

    /// <summary>Takes up what became of the question.</summary>
    /// <returns>Whether it is settled; otherwise the run waits for it.</returns>
    public bool TryTakeUp()
    {
        var asked = Run.TopUp!;
        if (asked.Status == ApprovalStatus.Expired || asked.IsOverdue(Run.LastTime))
        {
            Close(asked, CallFailure.Expired, "A person was asked for more and nobody answered in time. It counts as denied.");
        }
        else if (asked.Status == ApprovalStatus.Denied)
        {
            Close(asked, CallFailure.DeniedByPerson, asked.AnswerReason is null ? "A person did not allow more." : $"A person did not allow more: {asked.AnswerReason}");
        }
        else if (!Holds(asked))
        {
            // The file, the policy or who may say yes is not what it was: people decide about what holds now.
            Reopen(asked);
        }
        else if (asked.Status == ApprovalStatus.Approved)
        {
            session.Stage(TopUpTool.Read(Run.RunId, asked.CallId, asked.ApprovalId, asked.Arguments));
        }

        return Run.TopUp is null;
    }

    // The first of the limits that, raised, makes room. One that the runs above have narrowed is not for this run's agent to raise.
    private Dictionary<string, object?>? Propose(string limit)
    {
        for (var factor = 1L; factor <= LargestFactor; factor *= 2)
        {
            foreach (var (name, value, raise) in Candidates(agent.DeclaredLimits, factor))
            {
                var more = agent.For(Run, Run.Raised.Plus(raise));
                if ((LimitCheck.Reached(more.Limits, Run, session.Clock) ?? RunSpending.Refusal(more, session.State)) is null)
                {
                    return new Dictionary<string, object?>(StringComparer.Ordinal) { [name] = value };
                }
            }
        }

        return null;
    }

    private static IEnumerable<(string Name, object Value, LimitRaise Raise)> Candidates(AgentLimits limits, long factor)
    {
        yield return ("steps", limits.Steps * factor, new LimitRaise { Steps = limits.Steps * factor });
        yield return ("toolCalls", limits.ToolCalls * factor, new LimitRaise { ToolCalls = limits.ToolCalls * factor });
        yield return ("tokens", limits.Tokens * factor, new LimitRaise { Tokens = limits.Tokens * factor });
        if (limits.InputTokens * factor is { } input)
        {
            yield return ("inputTokens", input, new LimitRaise { InputTokens = input });
        }

        if (limits.OutputTokens * factor is { } output)
        {
            yield return ("outputTokens", output, new LimitRaise { OutputTokens = output });
        }

        if (limits.Money is { } money)
        {
            yield return ("money", (money with { Micros = money.Micros * factor }).ToString(), new LimitRaise { Money = money.Micros * factor });
        }
    }

    private bool Holds(ApprovalSummary asked)
    {
        var details = asked.Details;
        return asked.Digest == Digest(Arguments(asked), details.Terms)
            && details.Votes.All(vote => agent.Approvals.Disqualify(vote.By, details.Terms, Run.Started.Principal) is null);
    }

    private void Reopen(ApprovalSummary asked)
    {
        var tool = agent.TopUpTool;
        var arguments = Arguments(asked);
        if ((LimitCheck.Reached(agent.Limits, Run, session.Clock) ?? RunSpending.Refusal(agent, session.State)) is null)
        {
            Close(asked, CallFailure.Cancelled, "The agent's limits have been raised since a person was asked for more, so no answer is needed.");
            return;
        }

        if (new BoundTool(tool).Arguments.Check(arguments) is not null)
        {
            // What was to be raised does not bound the agent any more.
            Close(asked, CallFailure.Invalid, "The agent's limits have changed since a person was asked for more.");
            return;
        }

        var differences = ApprovalDifferences.Between(asked, tool, Decision, agent, Run.Started.Principal);
        Ask(asked.CallId, arguments, ApprovalDifferences.Describe(differences, asked.Status == ApprovalStatus.Pending ? "asked" : "approved"), asked.ApprovalId, differences);
    }

    private void Ask(string callId, IDictionary<string, object?> arguments, string reason, string? replaces, IReadOnlyList<ApprovalDifference>? differences)
    {
        var tool = agent.TopUpTool;
        var terms = ApprovalTerms.ForQuestion(rule: null, agent.Approvals);
        session.Stage(new ApprovalRequested
        {
            RunId = Run.RunId,
            CallId = callId,
            ApprovalId = session.NewApprovalId(callId),
            Kind = ApprovalKind.TopUp,
            Tool = tool.QualifiedName,
            PluginVersion = tool.PluginVersion,
            Arguments = arguments,
            Digest = Digest(arguments, terms),
            Reason = reason,
            Terms = terms,
            Principal = Run.Started.Principal,
            Rule = Decision.Rule,
            RuleVersion = Decision.RuleVersion,
            PolicyVersion = agent.PolicyVersion,
            ContentHash = tool.ContentHash,
            SchemaHash = tool.SchemaHash,
            Replaces = replaces,
            Differences = differences,
        });
    }

    private void Close(ApprovalSummary asked, CallFailure failure, string error) =>
        session.Stage(new CallFailed { RunId = Run.RunId, CallId = asked.CallId, Failure = failure, Error = error });

    private string Digest(IDictionary<string, object?> arguments, ApprovalTerms? terms) =>
        ActionDigest.Compute(agent.TopUpTool, arguments, Run.Started.Principal, agent.PolicyVersion, terms);

    private static Dictionary<string, object?> Arguments(ApprovalSummary asked) =>
        asked.Arguments.EnumerateObject().ToDictionary(argument => argument.Name, argument => (object?)argument.Value, StringComparer.Ordinal);
}
