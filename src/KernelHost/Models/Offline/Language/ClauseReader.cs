namespace KernelHost.Models.Offline.Language;

/// <summary>Says of a stretch of words whether it asks, orders, forbids or tells.</summary>
/// <param name="request">The request that is read.</param>
/// <param name="actions">The stems of the verbs and of the actions that the offered tools name.</param>
internal sealed class ClauseReader(Request request, IReadOnlySet<string> actions)
{
    private readonly List<Token> _tokens = request.Tokens;

    public Clause Read(Span span, Span sentence, bool asked)
    {
        var (kind, verb) = Classify(span, asked);
        return new Clause(kind, span) { Sentence = sentence, Verb = verb };
    }

    /// <summary>The first token that is no filler: "and", "then", "please", "also", a comma.</summary>
    public int SkipFillers(int from, int to)
    {
        while (from < to && _tokens[from].Lower is "and" or "then" or "," or "also" or "please" or "but" or "so" or "kindly" or "just" or "now" or "ok"
            or "okay" or "hi" or "hello" or "hey" or ":" or "-" or "*" or "well" or "yes" or "thanks" or "afterwards" or "finally" or "next" or "first")
        {
            // "first 5 orders" and "next Monday" say something.
            if (_tokens[from].Lower is "next" or "first" && (from + 1 >= to || !(_tokens[from + 1].Is(",") || IsImperative(from + 1, to))))
            {
                break;
            }

            from++;
        }

        return from;
    }

    /// <summary>The end of a stretch without commas and "and" at its end.</summary>
    public int TrimEnd(int from, int to)
    {
        while (to > from && _tokens[to - 1].Lower is "," or "and" or "then" or "please" or ":" or "but" or "or")
        {
            to--;
        }

        return to;
    }

    /// <summary>Whether the first clause of a sentence is an order, so that "and" probably joins another one.</summary>
    public bool StartsOrder(int from, int to) =>
        from < to && (IsImperative(from, to) || Polite(from, to) >= 0 || Wish(from, to) >= 0);

    /// <summary>Whether a new question or order begins at a token.</summary>
    /// <param name="i">The token.</param>
    /// <param name="to">The end of the sentence.</param>
    /// <param name="orders">Orders are to be expected: a verb is one, whatever follows. Elsewhere "refund and return policy" must stay whole.</param>
    public bool StartsClause(int i, int to, bool orders)
    {
        var token = _tokens[i];
        if (!token.IsWord)
        {
            return false;
        }

        var next = i + 1 < to ? _tokens[i + 1].Lower : "";
        return token.Lower is "if" or "unless" or "otherwise"
            || (Lexicon.IsQuestionWord(token.Lower) && token.Lower is not ("which" or "who" or "whose" or "whom"))
            || (Lexicon.IsAuxiliary(token.Lower) && next is "you" or "i" or "we" or "it" or "there" or "my" or "the" or "they" or "not")
            || (token.Lower is "do" or "never" && next == "not")
            || token.Lower == "never"
            || (token.Lower is "i" or "we" && next is "want" or "need" or "would" or "wish")
            || (IsImperative(i, to) && (orders || Lexicon.IsReadVerb(token.Stem) || TakesObject(i + 1, to)));
    }

    private bool TakesObject(int i, int to) =>
        i >= to || _tokens[i].IsValue || _tokens[i].Lower is "the" or "a" or "an" or "my" or "it" or "this" or "that" or "them" or "all" or "every" or "me"
            or "us" or "its" or "his" or "her" or "their" or "our" or "your" or "him";

    /// <summary>Whether a verb in its base form stands at a token as an order: "refund the shipping", not "refunds" and not "refund is".</summary>
    public bool IsImperative(int i, int to)
    {
        var token = _tokens[i];
        if (!token.IsWord || Lexicon.IsStopWord(token.Lower) || !IsVerb(token))
        {
            return false;
        }

        if (i + 1 >= to)
        {
            return true;
        }

        var next = _tokens[i + 1];
        return !(Lexicon.IsAuxiliary(next.Lower) || next.Lower is "of" or ",") || next.Is("whether");
    }

    // The stem of "refunds" and "refunded" is that of "refund"; an order is the word itself.
    private bool IsVerb(Token token)
    {
        var known = Lexicon.IsReadVerb(token.Stem) || Lexicon.IsChangeVerb(token.Stem) || actions.Contains(token.Stem);
        return known && !(token.Lower.EndsWith('s') && !token.Lower.EndsWith("ss", StringComparison.Ordinal))
            && !token.Lower.EndsWith("ed", StringComparison.Ordinal) && !token.Lower.EndsWith("ing", StringComparison.Ordinal);
    }

    private (ClauseKind Kind, string? Verb) Classify(Span span, bool asked)
    {
        var (from, to) = (span.From, span.To);
        var first = _tokens[from].Lower;
        if (Prohibits(from, to))
        {
            return (ClauseKind.Prohibition, null);
        }

        if (Polite(from, to) is var polite and >= 0)
        {
            return Order(polite, to);
        }

        if (Wish(from, to) is var wish and >= 0)
        {
            var action = WishedAction(wish, to);
            return action >= 0 ? (ClauseKind.Command, _tokens[action].Stem) : Order(wish, to);
        }

        if (Lexicon.IsQuestionWord(first) || Lexicon.IsAuxiliary(first) || (first is "in" or "for" or "to" or "at" or "on" or "from" && from + 1 < to
            && Lexicon.IsQuestionWord(_tokens[from + 1].Lower)))
        {
            return (ClauseKind.Question, null);
        }

        if (IsImperative(from, to) || (first == "let" && from + 2 < to && _tokens[from + 1].Lower is "us" or "me"))
        {
            return asked ? (ClauseKind.Question, null) : Order(first == "let" ? from + 2 : from, to);
        }

        return (asked ? ClauseKind.Question : ClauseKind.Statement, null);
    }

    private (ClauseKind Kind, string? Verb) Order(int verb, int to)
    {
        if (verb >= to || !_tokens[verb].IsWord)
        {
            return (ClauseKind.Statement, null);
        }

        var token = _tokens[verb];
        var reads = Lexicon.IsReadVerb(token.Stem) && !(token.Lower == "give" && GivesAction(verb, to));
        return reads ? (ClauseKind.Question, token.Stem)
            : IsVerb(token) ? (ClauseKind.Command, token.Stem)
            : (ClauseKind.Statement, null);
    }

    // "give me a refund" orders a refund, "give me the status" asks.
    private bool GivesAction(int verb, int to)
    {
        var i = verb + 1;
        while (i < to && Lexicon.IsStopWord(_tokens[i].Lower))
        {
            i++;
        }

        return i < to && IsWishedAction(i);
    }

    // "a refund", "a full refund", "to refund".
    private int WishedAction(int from, int to)
    {
        var afterArticle = _tokens[from - 1].Lower is "a" or "an" or "the" or "my";
        for (var i = from; i < to && i <= from + (afterArticle ? 2 : 0); i++)
        {
            if (IsWishedAction(i))
            {
                return i;
            }
        }

        return -1;
    }

    private bool IsWishedAction(int i) =>
        _tokens[i].IsWord && !Lexicon.IsReadVerb(_tokens[i].Stem) && IsVerb(_tokens[i]) && (actions.Contains(_tokens[i].Stem) || Lexicon.IsChangeVerb(_tokens[i].Stem));

    private bool Prohibits(int from, int to)
    {
        var first = _tokens[from].Lower;
        return first == "never" || (first == "do" && from + 1 < to && _tokens[from + 1].Lower is "not" or "never")
            || (first is "i" or "you" or "we" && from + 2 < to && Lexicon.IsAuxiliary(_tokens[from + 1].Lower) && _tokens[from + 2].Is("not"));
    }

    // "Can you refund …", "would you please open …": an order in the form of a question.
    private int Polite(int from, int to)
    {
        if (from + 2 >= to || _tokens[from].Lower is not ("can" or "could" or "would" or "will" or "might") || _tokens[from + 1].Lower is not ("you" or "we"))
        {
            return -1;
        }

        var verb = SkipFillers(from + 2, to);
        return verb < to && (IsImperative(verb, to) || _tokens[verb].Lower == "let") ? verb : -1;
    }

    // "I want to refund …", "I'd like a refund", "we need you to open …", "I would like to know …".
    private int Wish(int from, int to)
    {
        if (from + 2 >= to || _tokens[from].Lower is not ("i" or "we"))
        {
            return -1;
        }

        var i = from + 1;
        i += _tokens[i].Is("would") ? 1 : 0;
        if (i >= to || _tokens[i].Lower is not ("want" or "need" or "like" or "wish"))
        {
            return -1;
        }

        for (i++; i < to && _tokens[i].Lower is "to" or "you" or "a" or "an" or "the" or "my" or "please" or "for";)
        {
            i++;
        }

        return i;
    }
}
