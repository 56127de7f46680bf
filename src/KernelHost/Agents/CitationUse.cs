namespace KernelHost.Agents;

/// <summary>Whether the answers of an agent cite the passages they rest on.</summary>
public enum CitationUse
{
    /// <summary>Nothing is verified.</summary>
    Off,

    /// <summary>An answer may do without citations; those it has must be true.</summary>
    Optional,

    /// <summary>Every statement of an answer cites a passage, or rests on what a tool returned.</summary>
    Required,
}

/// <summary>What happens to a citation that is not true.</summary>
public enum FalseCitation
{
    /// <summary>Its marker is taken out of the answer, and a note says so.</summary>
    Strip,

    /// <summary>The answer is withheld.</summary>
    Refuse,
}

/// <summary>What happens to a statement that cites nothing, where it must.</summary>
public enum UncitedStatement
{
    /// <summary>It is listed under the answer.</summary>
    Flag,

    /// <summary>It is taken out of the answer.</summary>
    Strip,

    /// <summary>The answer is withheld.</summary>
    Refuse,
}
