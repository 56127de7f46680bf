namespace KernelHost.Models.Offline.Language;

/// <summary>
/// Splits a request into clauses: by sentences, by "and", "then" and commas where a new question or order begins, and by conditions
/// ("if it is late, …", "… unless it was delivered", "otherwise …").
/// </summary>
internal sealed class RequestClauses
{
    private const int MostClauses = 16;

    private readonly Request _request;
    private readonly List<Token> _tokens;
    private readonly ClauseReader _reader;
    private readonly List<Clause> _clauses = [];
    private Condition? _last;

    private RequestClauses(Request request, IReadOnlySet<string> actions)
    {
        _request = request;
        _tokens = request.Tokens;
        _reader = new ClauseReader(request, actions);
    }

    public static IReadOnlyList<Clause> Split(Request request, IReadOnlySet<string> actions)
    {
        var clauses = new RequestClauses(request, actions);
        clauses.ReadSentences();
        return clauses._clauses;
    }

    private void ReadSentences()
    {
        var start = 0;
        for (var i = 0; i <= _tokens.Count && _clauses.Count < MostClauses; i++)
        {
            if (i == _tokens.Count || IsSentenceEnd(_tokens[i]))
            {
                if (i > start)
                {
                    ReadSentence(new Span(_request, start, i), i < _tokens.Count && _tokens[i].Text is "?" or "？");
                }

                start = i + 1;
            }
        }
    }

    private static bool IsSentenceEnd(Token token) =>
        token.Kind == TokenKind.Mark && token.Text is "." or "!" or "?" or ";" or "\n" or "。" or "？" or "！";

    private void ReadSentence(Span sentence, bool asked)
    {
        var (from, to) = (_reader.SkipFillers(sentence.From, sentence.To), sentence.To);
        Condition? condition = null;
        if (Leading(from, to) is { } leading)
        {
            (condition, from) = leading;
            if (from >= to)
            {
                // "If the order is late?" is a question about itself.
                Add(condition.Span, sentence, null, asked: true);
                return;
            }
        }

        var first = _clauses.Count;
        var orders = _reader.StartsOrder(from, to);
        while (from < to && _clauses.Count < MostClauses)
        {
            var end = NextSegment(from + 1, to, orders);
            var segment = new Span(_request, from, _reader.TrimEnd(from, end));
            if (Leading(from, end) is { } inner)
            {
                // "…, otherwise open a ticket" changes the condition for what follows.
                condition = inner.Condition;
                segment = segment with { From = inner.From };
            }

            if (Trailing(segment) is { } trailing)
            {
                condition = trailing.Condition;
                segment = segment with { To = _reader.TrimEnd(segment.From, trailing.At) };
                ConditionAll(first, condition);
            }

            if (!segment.IsEmpty)
            {
                Add(segment, sentence, condition, asked && from == sentence.From);
            }

            from = _reader.SkipFillers(end, to);
        }

        _last = condition ?? (_clauses.Count > first && _clauses[^1].Kind == ClauseKind.Question ? new Condition(_clauses[^1].Span, Negated: false) : _last);
    }

    private void Add(Span span, Span sentence, Condition? condition, bool asked)
    {
        var clause = _reader.Read(span, sentence, asked);
        _clauses.Add(clause with { Condition = condition });
    }

    // "Open a ticket and refund the shipping if it is late": the condition holds for both, which is the careful reading.
    private void ConditionAll(int first, Condition condition)
    {
        for (var i = first; i < _clauses.Count; i++)
        {
            _clauses[i] = _clauses[i] with { Condition = _clauses[i].Condition ?? condition };
        }
    }

    private int NextSegment(int from, int to, bool orders)
    {
        for (var i = from; i < to; i++)
        {
            if (_tokens[i].Lower is "and" or "then" or "," or "but" or ":" && StartsAfter(i, to, orders))
            {
                return i;
            }

            if (_tokens[i].Lower is "otherwise" or "else")
            {
                return i;
            }
        }

        return to;
    }

    private bool StartsAfter(int connective, int to, bool orders)
    {
        var next = _reader.SkipFillers(connective, to);
        if (next >= to || next <= connective)
        {
            return false;
        }

        // "…, which was late" goes on about the same thing, "… and which orders are open" asks for another.
        var asks = !_tokens[connective].Is(",") && Lexicon.IsQuestionWord(_tokens[next].Lower);
        return asks || _reader.StartsClause(next, to, orders || _tokens[connective].Is("then"));
    }

    // "If …, …", "Unless …, …", "Otherwise …", "If so, …": the condition and where the rest starts.
    private (Condition Condition, int From)? Leading(int from, int to)
    {
        if (from >= to)
        {
            return null;
        }

        var word = _tokens[from].Lower;
        if (word is "otherwise" or "else")
        {
            return _last is null ? null : Remember(_last.Opposite, SkipComma(from + 1, to), _last);
        }

        var open = word is "if" or "unless" ? 1
            : InEvent(from, to) is var opening and > 0 ? opening
            : word == "should" && Next(from, to) is not ("i" or "we" or "you") && Separator(from + 1, to) < to ? 1
            : word is "provided" && Next(from, to) is "that" ? 2
            : word is "only" && Next(from, to) is "if" or "when" ? 2
            : Supposes(from, to) && Separator(from + 1, to) < to ? 1 : 0;
        if (open == 0)
        {
            return null;
        }

        if (Next(from, to) is "so" or "yes" or "not" or "no" && from + 2 < to && (_tokens[from + 2].Lower is "," or "then" || _reader.StartsClause(from + 2, to, orders: true)))
        {
            var negated = Next(from, to) is "not" or "no";
            return _last is null ? null : Remember(negated ? _last.Opposite : _last, SkipComma(from + 2, to), _last);
        }

        var separator = Separator(from + open, to);
        var condition = new Condition(new Span(_request, from + open, _reader.TrimEnd(from + open, separator)), word == "unless");
        return condition.Span.IsEmpty ? null : Remember(condition, SkipComma(separator, to), condition);
    }

    private (Condition Condition, int From) Remember(Condition condition, int from, Condition last)
    {
        _last = last;
        return (condition, from);
    }

    private string? Next(int i, int to) => i + 1 < to ? _tokens[i + 1].Lower : null;

    private int SkipComma(int from, int to)
    {
        while (from < to && _tokens[from].Lower is "," or "then" or ":")
        {
            from++;
        }

        return _reader.SkipFillers(from, to);
    }

    // Where a leading condition ends: at "then", at the comma before an order or question, or where an order starts without one.
    private int Separator(int from, int to)
    {
        var comma = -1;
        for (var i = from; i < to; i++)
        {
            if (_tokens[i].Is("then") || (_tokens[i].Is(",") && StartsAfter(i, to, orders: true)))
            {
                return i;
            }

            comma = comma < 0 && _tokens[i].Is(",") ? i : comma;
        }

        if (comma >= 0)
        {
            return comma;
        }

        for (var i = from + 2; i < to; i++)
        {
            var before = _tokens[i - 1].Lower;
            if (_reader.IsImperative(i, to) && before is not ("to" or "a" or "an" or "the" or "my" or "and" or "or" or "not")
                && !Lexicon.IsAuxiliary(before))
            {
                return i;
            }
        }

        return to;
    }

    // "… if it is late", "… unless it was delivered"; but "check if it is late" is a question.
    private (Condition Condition, int At)? Trailing(Span span)
    {
        if (!span.IsEmpty && _tokens[span.To - 1].Lower is "if" or "unless" or "when" or "once" && span.To - 1 > span.From)
        {
            // An order that breaks off at its condition must not be taken for one without.
            return (new Condition(new Span(_request, span.To, span.To), Negated: false), span.To - 1);
        }

        for (var i = span.From + 1; i < span.To - 1; i++)
        {
            var word = _tokens[i].Lower;
            var open = word is "if" or "unless" ? 1 : InEvent(i, span.To) is var opening and > 0 ? opening : word == "provided" && _tokens[i + 1].Is("that") ? 2 : 0;
            if (open == 0 && Supposes(i, span.To) && _reader.StartsOrder(span.From, span.To))
            {
                open = word == "as" ? 3 : 1;
            }

            if (open == 0 || (word == "if" && AsksWhether(_tokens[i - 1].Lower)))
            {
                continue;
            }

            var at = _tokens[i - 1].Is("only") || _tokens[i - 1].Is("but") ? i - 1 : i;
            if (_tokens[i + 1].Lower is "so" or "yes" or "not" && i + 2 >= span.To)
            {
                var last = _last;
                return last is null ? null : (_tokens[i + 1].Is("not") ? last.Opposite : last, at);
            }

            var condition = new Condition(new Span(_request, i + open, span.To), word == "unless");
            _last = condition;
            return condition.Span.IsEmpty ? null : (condition, at);
        }

        return null;
    }

    // "in case …", "in the event that …"
    private int InEvent(int i, int to) =>
        !_tokens[i].Is("in") ? 0
        : Next(i, to) is "case" ? 2
        : i + 3 < to && _tokens[i + 1].Is("the") && _tokens[i + 2].Is("event") ? (_tokens[i + 3].Lower is "that" or "of" ? 4 : 3) : 0;

    // "Refund it when it is late": whatever puts an order off until something is so is a condition, never left out.
    private bool Supposes(int i, int to)
    {
        if (i + 1 >= to || Lexicon.IsAuxiliary(_tokens[i + 1].Lower))
        {
            return false;
        }

        var word = _tokens[i].Lower;
        return word is "when" or "whenever" or "once" or "assuming" or "supposing" or "given"
            || (word == "as" && i + 2 < to && _tokens[i + 1].Lower is "long" or "soon" && _tokens[i + 2].Is("as"))
            || (word is "after" or "until" or "before" or "while" or "where" && _tokens[i + 1].Lower is "it" or "they" or "the" or "my" or "this" or "that");
    }

    private static bool AsksWhether(string before) => before is
        "check" or "see" or "know" or "me" or "out" or "wonder" or "wondering" or "ask" or "verify" or "whether" or "sure" or "tell" or "us" or "confirm" or "as";
}
