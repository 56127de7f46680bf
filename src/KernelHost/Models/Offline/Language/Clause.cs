namespace KernelHost.Models.Offline.Language;

internal enum ClauseKind
{
    /// <summary>Something is told: nothing is asked for.</summary>
    Statement,

    /// <summary>Something is asked, or is to be shown: only reading tools serve it.</summary>
    Question,

    /// <summary>Something is to be done: <see cref="Clause.Verb"/> says what.</summary>
    Command,

    /// <summary>Something is not to be done.</summary>
    Prohibition,
}

/// <summary>A stretch of tokens of one request.</summary>
/// <param name="Request">The request it is part of.</param>
/// <param name="From">Its first token.</param>
/// <param name="To">The first token after it.</param>
internal readonly record struct Span(Request Request, int From, int To)
{
    public bool IsEmpty => From >= To;

    public IEnumerable<Token> Tokens
    {
        get
        {
            for (var i = From; i < To; i++)
            {
                yield return Request.Tokens[i];
            }
        }
    }

    /// <summary>The user's own words, without the punctuation around them.</summary>
    public string Text => IsEmpty ? "" : Request.Text[Request.Tokens[From].Start..Request.Tokens[To - 1].End].Trim(' ', ',', '.', '!', '?', ';', ':', '\n', '\r', '\t');
}

/// <summary>On what a clause depends.</summary>
/// <param name="Span">The words of the condition.</param>
/// <param name="Negated">The clause holds when the words do not: "unless", "otherwise".</param>
internal sealed record Condition(Span Span, bool Negated)
{
    public Condition Opposite => this with { Negated = !Negated };
}

/// <summary>One thing that a request asks, orders or tells.</summary>
internal sealed record Clause(ClauseKind Kind, Span Span)
{
    /// <summary>The sentence that it is part of.</summary>
    public required Span Sentence { get; init; }

    /// <summary>The stem of what a command says to do, or <see langword="null"/>.</summary>
    public string? Verb { get; init; }

    public Condition? Condition { get; init; }

    public string Text => Span.Text;

    /// <summary>Whether the words start a request for policy or instructions: "how do I", "may I", "do you".</summary>
    public bool IsChange => Kind == ClauseKind.Command && Verb is not null && !Lexicon.IsReadVerb(Verb);
}
