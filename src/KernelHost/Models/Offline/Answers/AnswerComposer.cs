using System.Text;
using KernelHost.Models.Offline.Conditions;
using KernelHost.Models.Offline.Filling;
using KernelHost.Models.Offline.History;
using KernelHost.Models.Offline.Language;
using KernelHost.Models.Offline.Steps;
using KernelHost.Models.Offline.Tools;

namespace KernelHost.Models.Offline.Answers;

/// <summary>Writes the answer from what the calls gave: nothing in it comes from anywhere else.</summary>
internal sealed class AnswerComposer(Conversation conversation, RequestWork work, List<ToolProfile> tools, bool mayCall)
{
    /// <summary>What a question for missing values starts with; the next message may be its answer.</summary>
    public const string AsksFor = "I still need ";

    public const string Notice = "No language model is configured: this answer was put together by rules from the results of tools. To use a model, set "
        + "KernelHost__Models__default__Provider (for example openai), KernelHost__Models__default__Model and KernelHost__Models__default__ApiKey; see docs/models.md.";

    /// <summary>What an answer starts with when no passage says what was asked, where the instructions want it.</summary>
    public const string NotFound = "[not-found]";

    private const int MostTools = 6;

    private readonly Dictionary<string, ToolProfile> _byName = tools.GroupBy(static tool => tool.Name, StringComparer.Ordinal)
        .ToDictionary(static group => group.Key, static group => group.First(), StringComparer.Ordinal);

    public string Compose()
    {
        var words = Words();
        var calls = Calls().ToList();
        var lines = work.Results.Select(result => YesOrNo(result, calls))
            .Concat(calls.Where(call => !IsChange(call)).Select(call => Line(call, words)))
            .Concat(work.Results.Select(Held))
            .Concat(calls.Where(IsChange).Select(call => Line(call, words)))
            .Concat(work.Results.Select(Remark))
            .OfType<string>().Where(static line => line.Length > 0).Distinct().ToList();
        if (lines.Count == 0)
        {
            lines.Add(Nothing());
        }

        var found = calls.Count == 0 || !conversation.SaysNotFound || !calls.TrueForAll(call => FoundNothing(call, words));
        return new StringBuilder(found ? "" : $"{NotFound} ").AppendJoin("\n\n", lines).Append("\n\n").Append(Notice).ToString();
    }

    private static bool FoundNothing(PastCall call, HashSet<string> words) =>
        call.Outcome == Outcome.Done && call.IsPassages && PassageQuote.Of(call.Result, words).Count == 0;

    // Data first, then sources, then what was done, each in the order of the calls.
    private IEnumerable<PastCall> Calls()
    {
        var current = conversation.Calls.Where(call => call.Turn == conversation.Turn);
        var reused = work.Results.SelectMany(static result => result.Made).Where(call => call.Turn < conversation.Turn);
        return current.Concat(reused).Distinct().OrderBy(call => IsChange(call) ? 2 : call.Outcome == Outcome.Done && call.IsPassages ? 1 : 0);
    }

    private HashSet<string> Words()
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var token in work.Request.Tokens)
        {
            if (token.IsContent)
            {
                words.Add(token.Stem);
            }
            else if (token.Kind == TokenKind.Quoted)
            {
                // What is asked for often stands in quotation marks.
                words.UnionWith(Tokenizer.Stems(token.Text, quotations: true));
            }
            else if (Lexicon.IsQuestionWord(token.Lower))
            {
                words.UnionWith(Lexicon.Hints(token.Lower).Select(Stemmer.Stem));
            }
        }

        return words;
    }

    private string? Line(PastCall call, HashSet<string> words)
    {
        switch (call.Outcome)
        {
            case Outcome.Failed:
                return $"{Called(call)} failed: {Message(call)}";
            case Outcome.Denied:
                return $"Not done: {Called(call)} was denied.{Detail(call)}";
            case Outcome.Waiting:
                return $"Not done yet: {Called(call)} waits for approval.{Detail(call)}";
            case Outcome.Open:
                return $"{Called(call)} has not given a result.";
        }

        if (call.IsPassages)
        {
            var quotes = PassageQuote.Of(call.Result, words);
            return quotes.Count > 0 ? $"From {Title(call)}: {string.Join(" ", quotes)}" : $"I found nothing in {Title(call)} on this." + (call.Turn == conversation.Turn && conversation.Calls.TrueForAll(other => other.Turn < call.Turn || other.IsPassages) ? Offers() : "");
        }

        if (!IsChange(call))
        {
            return ResultText.Describe(call.Result, Title(call), words);
        }

        var earlier = call.Turn < conversation.Turn ? "Already done earlier" : "Done";
        var summary = ResultText.Summary(call.Result, words, [.. call.Arguments.Values.Select(static value => value.ToString())]);
        return $"{earlier}: {Called(call)}{(summary.Length > 0 ? " -> " + summary : "")}";
    }

    private string? Remark(ClauseResult result)
    {
        var clause = Quoted(result.Clause.Text);
        var condition = result.Clause.Condition is { } stated ? Quoted((stated.Negated ? "not: " : "") + stated.Span.Text) : "";
        switch (result.State)
        {
            case ClauseState.NotMet:
                return $"I did not do {clause}, because its condition {condition} does not hold{Because(result.Verdict)}.";
            case ClauseState.CannotTell:
                return $"I did not do {clause}, because I could not tell from the results whether its condition {condition} holds.";
            case ClauseState.NeedsInput when result.Incomplete is not null:
                return Ask(result.Incomplete, clause);
            case ClauseState.NoTool when tools.Count == 0:
                return null;
            case ClauseState.NoTool:
                return $"None of the tools I am offered does {clause}.{Offers()}";
            case ClauseState.Forbidden:
                return $"As you asked, I left this alone: {clause}.";
            case ClauseState.Served when !mayCall && result.Proposed.Count > 0:
                return $"I could not finish {clause}: the limit of this run was reached before {string.Join(", ", result.Proposed.Select(static call => call.Tool.LocalName))} was called.";
            default:
                return result.Clause.IsChange && result.Proposed.Count > 0 && !mayCall ? $"I could not finish {clause}." : null;
        }
    }

    // "Is order 1042 late?" deserves a word before the details.
    private static string? YesOrNo(ClauseResult result, List<PastCall> calls)
    {
        var span = result.Clause.Span;
        if (result.Clause.Kind != ClauseKind.Question || span.IsEmpty || result.State != ClauseState.Served || Question.AsksForPolicy(span)
            || !Lexicon.IsAuxiliary(span.Request.Tokens[span.From].Lower))
        {
            return null;
        }

        var verdict = ConditionEvaluator.Evaluate(new Condition(span with { From = span.From + 1 }, Negated: false), calls);
        return verdict.Truth == Truth.Unknown ? null : $"{(verdict.Truth == Truth.True ? "Yes" : "No")}{Because(verdict)}.";
    }

    private static string? Held(ClauseResult result) =>
        result.Verdict is { Truth: Truth.True } verdict && result.Clause.Condition is { } condition
            ? $"The condition {Quoted((condition.Negated ? "not: " : "") + condition.Span.Text)} holds{Because(verdict)}." : null;

    private static string Because(Verdict? verdict) => verdict is { Evidence.Length: > 0 } ? $" ({verdict.Evidence})" : "";

    private static string Ask(PlannedCall call, string clause)
    {
        var needs = call.Missing.Select(static missing =>
        {
            var description = missing.Parameter.Description.Length > 0 ? $" ({Tokenizer.OneLine(missing.Parameter.Description, 100).TrimEnd('.')})" : "";
            var options = missing.Options.Count switch
            {
                0 => "",
                1 => $", and '{missing.Options[0]}' does not have its form",
                _ => $": {string.Join(" or ", missing.Options)}",
            };
            return $"{missing.Parameter.Name}{description}{options}";
        });
        return $"{AsksFor}{string.Join("; ", needs)} for {clause} ({call.Tool.LocalName}). Which is it?";
    }

    private string Nothing()
    {
        if (tools.Count == 0)
        {
            return "No tools are offered to me, so I cannot look anything up or do anything.";
        }

        return $"Tell me what to look up or to do, with the values that it needs.{Offers()}";
    }

    private string Offers()
    {
        if (tools.Count == 0)
        {
            return "";
        }

        var more = tools.Count > MostTools ? $" and {tools.Count - MostTools} more" : "";
        return $" What I can do: {string.Join(", ", tools.Take(MostTools).Select(static tool => tool.Title))}{more}.";
    }

    private bool IsChange(PastCall call) => _byName.TryGetValue(call.Name, out var tool) && tool.Kind == ToolKind.Change;

    private string Title(PastCall call) => _byName.TryGetValue(call.Name, out var tool)
        ? string.Join(' ', Names.Split(tool.LocalName).Where(part => !(Stemmer.Stem(part) == tool.Verb || part is "status" or "details" or "info"))) is { Length: > 0 } title ? title : tool.Title
        : Names.Words(call.Name);

    private string Called(PastCall call)
    {
        var name = _byName.TryGetValue(call.Name, out var tool) ? tool.LocalName : call.Name;
        var arguments = call.Arguments.Select(static pair => $"{pair.Key}: {ValueText.Argument(pair.Value)}");
        return $"{name} ({string.Join(", ", arguments)})";
    }

    private static string Message(PastCall call)
    {
        var message = Tokenizer.OneLine(Outcomes.Message(call.Result), 300);
        foreach (var prefix in (ReadOnlySpan<string>)["Error:", "error:"])
        {
            message = message.StartsWith(prefix, StringComparison.Ordinal) ? message[prefix.Length..].Trim() : message;
        }

        return message.Length == 0 ? "no reason was given." : message.EndsWith('.') ? message : message + ".";
    }

    private static string Detail(PastCall call) => Message(call) is "no reason was given." ? "" : " " + Message(call);

    private static string Quoted(string text) => $"'{Tokenizer.OneLine(text, 120)}'";
}
