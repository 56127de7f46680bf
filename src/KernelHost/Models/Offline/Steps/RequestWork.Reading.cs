using KernelHost.Models.Offline.Filling;
using KernelHost.Models.Offline.History;
using KernelHost.Models.Offline.Language;
using KernelHost.Models.Offline.Tools;

namespace KernelHost.Models.Offline.Steps;

/// <content>Questions: which tools read what they ask for.</content>
internal sealed partial class RequestWork
{
    private const int MostReads = 3;
    private const int MostOptions = 8;
    private const double UnusedValue = 2.5;
    private static readonly HashSet<string> SearchVerbs = new(((string[])["find", "search", "look", "lookup", "query"]).Select(Stemmer.Stem), StringComparer.Ordinal);

    private void ServeRead(ClauseResult result)
    {
        var clause = result.Clause;
        if (clause.Kind == ClauseKind.Prohibition)
        {
            result.State = ClauseState.Forbidden;
            return;
        }

        if (Question.AsksForHelp(clause.Span))
        {
            return;
        }

        var policy = clause.Kind == ClauseKind.Question && Question.AsksForPolicy(clause.Span);
        if (clause.Kind == ClauseKind.Question && Question.RefersBack(clause.Span, _tools) && TakeEarlier(result))
        {
            if (policy)
            {
                Search(result, clause.Span);
            }

            return;
        }

        var options = ReadOptions(clause, _matcher.Reads(clause.Span));
        options = options.Count > 0 || policy ? options : ByValues(clause);
        var stated = options.Exists(static option => option.Call.Stated > 0);
        var usable = options.FindAll(option => option.IsUsable && (option.Call.Stated > 0 || clause.Kind == ClauseKind.Question));
        if (usable.Count > 0 && !(policy && !stated))
        {
            TakeReads(result, usable);
        }

        var says = clause.Span.Tokens.Any(static token => token.IsContent && !Lexicon.IsReadVerb(token.Stem));
        if (clause.Kind == ClauseKind.Question && says && (policy || (usable.Count == 0 && options.Count == 0)))
        {
            Search(result, clause.Span);
        }

        if (result.State == ClauseState.Nothing && clause.Kind == ClauseKind.Question)
        {
            result.Incomplete = options.Count > 0 ? options[0].Call : null;
            result.State = options.Count > 0 ? ClauseState.NeedsInput
                : clause.Span.Tokens.Any(static token => token.IsContent) ? ClauseState.NoTool : ClauseState.Nothing;
        }
    }

    // "When will it arrive?" is answered by what was read last.
    private bool TakeEarlier(ClauseResult result)
    {
        var last = _conversation.Calls.FindLast(static past => past.Outcome == Outcome.Done && !past.IsPassages);
        var reads = last is null ? [] : _conversation.Calls.FindAll(past => past.Turn == last.Turn && past.Outcome == Outcome.Done && !past.IsPassages
            && _tools.Exists(tool => tool.Name == past.Name && tool.Kind == ToolKind.Read));
        result.Made.AddRange(reads);
        result.State = reads.Count > 0 ? ClauseState.Served : result.State;
        return reads.Count > 0;
    }

    // "Will it rain in Paris tomorrow?" names no tool, but one of them takes just a city and a day.
    private List<CallOption> ByValues(Clause clause)
    {
        if (clause.Kind != ClauseKind.Question || !clause.Span.Tokens.Any(static token => token.Kind is TokenKind.Date or TokenKind.Number or TokenKind.Id or TokenKind.Email))
        {
            return [];
        }

        var takers = _tools.FindAll(static tool => tool.Kind == ToolKind.Read && tool.Parameters.Exists(static parameter => parameter.Required)
            && !tool.Parameters.Exists(static parameter => parameter.Required && parameter.Kind == ParameterKind.FreeText));
        var options = ReadOptions(clause, takers.ConvertAll(static tool => new ToolMatch(tool, 0))).FindAll(static option => option.Call.IsComplete && option.Call.Stated > 1);
        return options.Count == 1 || (options.Count > 1 && options[0].Score > options[1].Score) ? [options[0]] : [];
    }

    private List<CallOption> ReadOptions(
        Clause clause, List<ToolMatch> matches)
    {
        var words = clause.Span;
        var options = new List<CallOption>();
        foreach (var match in matches.Take(MostOptions))
        {
            var calls = _filler.Fill(match.Tool, clause);
            if (LooksForNothing(calls[0]))
            {
                continue;
            }

            var lookups = calls[0].IsComplete ? [] : _lookups.For(calls[0], clause);
            var unused = words.Tokens.Count(token => token.Kind is TokenKind.Number or TokenKind.Id or TokenKind.Email && !calls[0].Used.Contains(token));
            var fit = (2 * calls[0].Stated) - (UnusedValue * unused) - (calls[0].IsComplete ? 0 : lookups.Count > 0 ? 1 : 4);
            options.Add(new CallOption(calls, lookups, match.Score + fit));
        }

        options.Sort(static (left, right) => right.Score.CompareTo(left.Score));
        return options;
    }

    // A tool that finds by optional values has nothing to find when the user gave none of them; one that lists does.
    private static bool LooksForNothing(PlannedCall call) =>
        call.Arguments.Count == 0 && call.Tool.Parameters.Count > 0 && call.Tool.Verb is { } verb && SearchVerbs.Contains(verb);

    // The best one, and others that speak of something else the clause names.
    private void TakeReads(ClauseResult result, List<CallOption> options)
    {
        var covered = new HashSet<string>(StringComparer.Ordinal);
        var used = new HashSet<Token>();
        foreach (var option in options.Take(MostReads))
        {
            var named = option.Call.Tool.Nouns.Where(noun => result.Clause.Span.Tokens.Any(token => token.Stem == noun)).ToList();
            if (covered.Count > 0 && (named.TrueForAll(covered.Contains) || option.Call.Stated == 0 || used.IsSupersetOf(option.Call.Used)))
            {
                continue;
            }

            used.UnionWith(option.Call.Used);

            covered.UnionWith(option.Call.Tool.NameStems);
            foreach (var call in option.Lookups.Count > 0 ? option.Lookups : option.All)
            {
                Propose(result, call);
            }
        }
    }

    private void Search(ClauseResult result, Span words)
    {
        var retrievers = _matcher.Reads(words, ToolKind.Search).ConvertAll(static match => match.Tool);
        if (retrievers.Count == 0)
        {
            // Passages may answer what no description mentions, but with many collections there is no telling which.
            retrievers = _tools.FindAll(static tool => tool.Kind == ToolKind.Search);
            retrievers = retrievers.Count <= 2 ? retrievers : [];
        }

        foreach (var tool in retrievers.Take(2))
        {
            Propose(result, _filler.Fill(tool, result.Clause)[0]);
        }
    }
}
