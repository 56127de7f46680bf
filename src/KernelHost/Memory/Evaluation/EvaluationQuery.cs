namespace KernelHost.Memory.Evaluation;

/// <summary>A question of an evaluation, and what answers it.</summary>
/// <param name="Query">As a user would ask.</param>
/// <param name="Relevant">What answers it; empty for a question to which nothing should be found.</param>
public sealed record EvaluationQuery(string Query, IReadOnlyList<RelevantPassage> Relevant)
{
    /// <summary>What sort of question it is, for example <c>misspelling</c>; results are also told by kind.</summary>
    public string? Kind { get; init; }
}

/// <summary>A document, or a section of one, that answers a question.</summary>
/// <param name="Source">The document, as its passages name it.</param>
/// <param name="Section">The last headings of the section, joined by <c> &gt; </c>; <see langword="null"/> for any place in the document.</param>
/// <param name="Grade">How well it answers, from 1, helps, to 3, is the answer.</param>
public sealed record RelevantPassage(string Source, string? Section, int Grade)
{
    /// <summary>Whether a passage is, or lies in, what is meant.</summary>
    public bool Matches(Passage passage)
    {
        ArgumentNullException.ThrowIfNull(passage);
        return passage.Source == Source
            && (Section is null || passage.Section == Section || (passage.Section?.EndsWith($" > {Section}", StringComparison.Ordinal) ?? false));
    }
}
