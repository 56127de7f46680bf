namespace KernelHost.Models.Offline.Language;

/// <summary>What a piece of a user's text is.</summary>
internal enum TokenKind
{
    Word,
    Mark,
    Quoted,
    Email,
    Url,
    Number,
    Id,
    Date,
    Time,
}

/// <summary>One piece of a user's text: a word, a punctuation mark, or a value somebody could use as an argument.</summary>
internal sealed class Token(TokenKind kind, string text, int start, int end)
{
    public TokenKind Kind { get; } = kind;

    /// <summary>The text as the user wrote it; of a quotation what stands between the quotation marks.</summary>
    public string Text { get; } = text;

    /// <summary>Where it starts in the request.</summary>
    public int Start { get; } = start;

    /// <summary>The first character after it.</summary>
    public int End { get; } = end;

    /// <summary>A number as JSON writes it, a date or a time in ISO 8601; of anything else the text.</summary>
    public string Value { get; init; } = text;

    /// <summary>The currency or percent sign or code that belongs to a number.</summary>
    public string? Unit { get; init; }

    /// <summary>A number that was written as an identifier: #1042.</summary>
    public bool Marked { get; init; }

    public string Lower => field ??= Text.ToLowerInvariant();

    public string Stem => field ??= Kind == TokenKind.Word ? Stemmer.Stem(Lower) : Lower;

    public bool IsWord => Kind == TokenKind.Word;

    public bool IsValue => Kind is not (TokenKind.Word or TokenKind.Mark);

    /// <summary>A word that says something: no article, pronoun, preposition or auxiliary.</summary>
    public bool IsContent => Kind == TokenKind.Word && !Lexicon.IsStopWord(Lower);

    public bool IsCapitalised => Kind == TokenKind.Word && char.IsUpper(Text[0]);

    public bool Is(string word) => Kind is TokenKind.Word or TokenKind.Mark && Lower == word;

    public override string ToString() => $"{Kind}:{Text}";
}
