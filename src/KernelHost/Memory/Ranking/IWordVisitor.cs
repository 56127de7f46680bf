namespace KernelHost.Memory.Ranking;

/// <summary>Is shown the words of a text, one after another.</summary>
internal interface IWordVisitor
{
    /// <summary>Takes a word, which is gone when the method returns.</summary>
    void Add(ReadOnlySpan<char> word);
}
