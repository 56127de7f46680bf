namespace KernelHost.Models.Offline.Language;

/// <summary>What a user wrote, cut into tokens and clauses.</summary>
internal sealed class Request
{
    /// <summary>How much of a message the rules look at. Nobody states what to do in more; whole documents are pasted beyond it.</summary>
    public const int LongestText = 8_192;

    public Request(string text, DateOnly? today, IReadOnlySet<string> actions)
    {
        Text = text.Length > LongestText ? text[..LongestText] : text;
        Tokens = Dates.Join(Tokenizer.Read(Text), today);
        Clauses = RequestClauses.Split(this, actions);
    }

    public string Text { get; }

    public List<Token> Tokens { get; }

    public IReadOnlyList<Clause> Clauses { get; }

    public Span Whole => new(this, 0, Tokens.Count);
}
