using System.Text.Json;
using KernelHost.Models.Offline.Conditions;
using KernelHost.Models.Offline.Filling;
using KernelHost.Models.Offline.History;
using KernelHost.Models.Offline.Language;
using KernelHost.Models.Offline.Tools;

namespace KernelHost.Models.Offline.Steps;

/// <summary>Works out of a conversation what is to be done next for each clause of the request.</summary>
internal sealed partial class RequestWork
{
    private readonly Conversation _conversation;
    private readonly List<ToolProfile> _tools;
    private readonly int _answerFrom;
    private readonly ToolMatcher _matcher;
    private readonly ArgumentFiller _filler;
    private readonly CallHistory _history;
    private readonly Dictionary<Condition, Verdict> _verdicts = [];
    private readonly Lookups _lookups;

    public RequestWork(Conversation conversation, List<ToolProfile> tools, Request request, int answerFrom, int firstTurn)
    {
        _conversation = conversation;
        _tools = tools;
        _answerFrom = answerFrom;
        FirstTurn = firstTurn;
        _matcher = new ToolMatcher(tools);
        var byName = new Dictionary<string, ToolProfile>(StringComparer.Ordinal);
        tools.ForEach(tool => byName.TryAdd(tool.Name, tool));
        _filler = new ArgumentFiller(request, new FactLookup(conversation, byName), answerFrom);
        _history = new CallHistory(conversation, firstTurn);
        _lookups = new Lookups(tools, _filler, _history);
        Request = request;
        Results = Serve();
    }

    public Request Request { get; }

    /// <summary>The user message at which the work began: an earlier one when this one answers a question about it.</summary>
    public int FirstTurn { get; }

    public List<ClauseResult> Results { get; }

    /// <summary>The calls to make now, each once.</summary>
    public IEnumerable<PlannedCall> Calls => Results.SelectMany(static result => result.Proposed)
        .DistinctBy(static call => call.Tool.Name + "(" + string.Join(',', call.Arguments.OrderBy(static pair => pair.Key, StringComparer.Ordinal)
            .Select(static pair => pair.Key + ":" + pair.Value.GetRawText())));

    private List<ClauseResult> Serve()
    {
        // Questions first: what they read decides the conditions, wherever those stand. An answer to a question of ours gives values only.
        var results = Request.Clauses.Where(clause => clause.Span.From < _answerFrom).Select(static clause => new ClauseResult(clause)).ToList();
        foreach (var result in results.Where(static result => !result.Clause.IsChange))
        {
            ServeRead(result);
        }

        var reading = results.Exists(static result => result.Proposed.Count > 0);
        foreach (var result in results.Where(static result => result.Clause.IsChange))
        {
            ServeChange(result, reading);
        }

        return results;
    }

    private void ServeChange(ClauseResult result, bool reading)
    {
        var clause = result.Clause;
        var matches = _matcher.Changes(clause);
        if (matches.Count == 0)
        {
            ServeReadOrder(result);
            return;
        }

        var options = matches.Take(3).Select(match =>
        {
            var calls = _filler.Fill(match.Tool, clause);
            return new CallOption(calls, [], match.Score + (2 * calls[0].Stated) + (calls[0].IsComplete ? 2 : 0));
        }).Where(option => IsMeant(option.Call, clause)).OrderByDescending(static option => option.Score).ToList();
        if (options.Count == 0)
        {
            ServeReadOrder(result);
            return;
        }

        var chosen = options[0].All;
        if (clause.Condition is { } condition && !Decide(result, condition, chosen[0], reading))
        {
            return;
        }

        if (chosen[0].IsComplete)
        {
            chosen.ForEach(call => Propose(result, call));
            return;
        }

        _lookups.For(chosen[0], clause).ForEach(call => Propose(result, call));
        if (result.Proposed.Count == 0)
        {
            (result.State, result.Incomplete) = (ClauseState.NeedsInput, chosen[0]);
        }
    }

    // "Send it to ann@example.com" is for no tool that sends but knows no addresses.
    private static bool IsMeant(PlannedCall call, Clause clause) =>
        call.Tool.Nouns.Any(noun => clause.Span.Tokens.Any(token => token.Stem == noun))
        || !clause.Span.Tokens.Any(token => token.Kind is TokenKind.Email or TokenKind.Id or TokenKind.Url && !call.Used.Contains(token));

    // "Run the query …" with a tool that says it only reads.
    private void ServeReadOrder(ClauseResult result)
    {
        var verb = result.Clause.Verb!;
        var options = ReadOptions(result.Clause, _matcher.Reads(result.Clause.Span))
            .FindAll(option => option.Call.Tool.Verb == verb || option.Call.Tool.DescriptionVerb == verb);
        if (options.Count == 0)
        {
            result.State = ClauseState.NoTool;
        }
        else if (options[0].IsUsable)
        {
            TakeReads(result, options);
        }
        else
        {
            (result.State, result.Incomplete) = (ClauseState.NeedsInput, options[0].Call);
        }
    }

    // Whether to go on with the action now. What decides it is read first; a search beside it gives the answer its sources.
    private bool Decide(ClauseResult result, Condition condition, PlannedCall action, bool reading)
    {
        // Two actions under one condition stand or fall together.
        if (!_verdicts.TryGetValue(condition, out var verdict) || verdict.Truth == Truth.Unknown)
        {
            verdict = ConditionEvaluator.Evaluate(condition, Relevant(action));
            _verdicts[condition] = verdict;
        }

        result.Verdict = verdict;
        if (result.Verdict.Truth == Truth.Unknown && !reading)
        {
            ReadFor(result, condition, action);
        }

        Ground(result);
        if (result.Proposed.Count > 0 || (result.Verdict.Truth == Truth.Unknown && reading))
        {
            return false;
        }

        result.State = result.Verdict.Truth switch { Truth.True => ClauseState.Nothing, Truth.False => ClauseState.NotMet, _ => ClauseState.CannotTell };
        return result.Verdict.Truth == Truth.True;
    }

    private List<PastCall> Relevant(PlannedCall action)
    {
        var reads = _conversation.Calls.FindAll(past => past.Outcome == Outcome.Done && !past.IsPassages && past.Name != action.Tool.Name);
        var values = action.Arguments.Where(pair => action.Tool.Parameters.Exists(parameter => parameter.Name == pair.Key && parameter.Kind == ParameterKind.Identifier))
            .Select(static pair => pair.Value.ToString()).ToHashSet(StringComparer.Ordinal);
        var about = reads.FindAll(past => past.Arguments.Values.Any(value => values.Contains(value.ToString())));
        var current = about.FindAll(past => past.Turn >= FirstTurn);
        current = current.Count > 0 ? current : reads.FindAll(past => past.Turn >= FirstTurn);
        return current.Count > 0 ? current : about;
    }

    private void ReadFor(ClauseResult result, Condition condition, PlannedCall action)
    {
        var clause = result.Clause with { Kind = ClauseKind.Question, Verb = null };
        var asked = condition.Span.IsEmpty ? clause : clause with { Span = condition.Span, Condition = null };
        var best = ReadOptions(asked, _matcher.Reads(condition.Span)).Find(static option => option.IsUsable);
        var named = best is not null && best.Call.Tool.Nouns.Any(noun => condition.Span.Tokens.Any(token => token.Stem == noun));
        var call = (named ? null : SameSubject(clause, action)) ?? (best is null ? null : best.Lookups.Count > 0 ? best.Lookups[0] : best.Call);
        if (call is not null && _history.Find(call) is null)
        {
            result.Proposed.Add(call);
        }
    }

    // "If it is late" names no tool, but the action is on an order, and a tool reads orders by the same value.
    private PlannedCall? SameSubject(Clause clause, PlannedCall action)
    {
        foreach (var tool in _tools.Where(static tool => tool.Kind == ToolKind.Read))
        {
            var shared = tool.Parameters.Exists(parameter => parameter.Required && parameter.Kind == ParameterKind.Identifier
                && action.Arguments.ContainsKey(parameter.Name));
            if (shared && _filler.Fill(tool, clause)[0] is { IsComplete: true } call)
            {
                return call;
            }
        }

        return null;
    }

    private void Ground(ClauseResult result)
    {
        var probe = new ClauseResult(result.Clause);
        Search(probe, result.Clause.Sentence);
        result.Proposed.AddRange(probe.Proposed);
        result.Made.AddRange(probe.Made);
    }

    private void Propose(ClauseResult result, PlannedCall call)
    {
        if (!call.IsComplete)
        {
            return;
        }

        result.State = ClauseState.Served;
        if (_history.Find(call) is { } past)
        {
            result.Made.Add(past);
        }
        else
        {
            result.Proposed.Add(call);
        }
    }
}
