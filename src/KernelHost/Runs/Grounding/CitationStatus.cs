namespace KernelHost.Runs.Grounding;

/// <summary>What became of a citation when it was verified.</summary>
public enum CitationStatus
{
    /// <summary>The passage was retrieved, may be seen by the principal, and holds what is quoted.</summary>
    Verified,

    /// <summary>The number names no passage of this conversation, or is written so that it cannot name one.</summary>
    NotRetrieved,

    /// <summary>The principal is not among the readers of the passage.</summary>
    NotVisible,

    /// <summary>The quoted words do not stand in the passage.</summary>
    QuoteMismatch,

    /// <summary>The text in the journal is not the one that was retrieved.</summary>
    Altered,
}
