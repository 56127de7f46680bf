namespace KernelHost.Runs.Grounding;

/// <summary>A marker with what was found out about it.</summary>
internal sealed class CitedMarker(AnswerMarker marker)
{
    public AnswerMarker Marker => marker;

    public CitationStatus Status { get; set; }

    /// <summary>It belongs to words that a passage holds with the marker in them: it cites nothing.</summary>
    public bool IsText { get; set; }

    /// <summary>The quote that it stands for, in the answer.</summary>
    public TextSpan? Quote { get; set; }

    /// <summary>What it stands for, in the passage.</summary>
    public TextSpan? InPassage { get; set; }

    /// <summary>What of the answer rests on it: the quote, or the sentence.</summary>
    public TextSpan? Claim { get; set; }

    public bool IsFalse => !IsText && Status != CitationStatus.Verified;

    public bool IsTrue => !IsText && Status == CitationStatus.Verified;
}
