namespace KernelHost.Memory.Records;

/// <summary>
/// A search. One leg orders by its own score. Several are fused by reciprocal ranks as Qdrant does it: a record at place <c>p</c> (from 1) of a leg with
/// weight <c>w</c> gets <c>1 / (p / w + K - 1)</c> from it, and its score is the sum (Cormack, Clarke and Büttcher, SIGIR 2009, with weights that stretch the places).
/// </summary>
public sealed record RecordSearch
{
    /// <summary>The leg that searches by words.</summary>
    public KeywordLeg? Keywords { get; init; }

    /// <summary>The legs that search by vectors.</summary>
    public IReadOnlyList<VectorLeg> Vectors { get; init; } = [];

    /// <summary>Selects records before anything is ranked.</summary>
    /// <value><see cref="RecordFilter.All"/></value>
    public RecordFilter Filter { get; init; } = RecordFilter.All;

    /// <summary>The tenant whose records are searched and whose words are counted; required when the schema has a tenant field, refused when it has none.</summary>
    public string? Tenant { get; init; }

    /// <summary>How many hits to pass over.</summary>
    public int Skip { get; init; }

    /// <summary>How many hits to return at most.</summary>
    /// <value>10</value>
    public int Top { get; init; } = 10;

    /// <summary>The constant of the fusion.</summary>
    /// <value>60</value>
    public int K { get; init; } = 60;

    /// <summary>Whether hits tell the place and score that each leg gave them. May cost another request.</summary>
    public bool Explain { get; init; }

    /// <summary>Whether to return vectors.</summary>
    public bool IncludeVectors { get; init; }
}

/// <summary>Searches by words: BM25 as <see cref="Bm25"/> computes it. Records without a word of the query are not found.</summary>
/// <param name="Text">Any text; nothing in it is an operator.</param>
public sealed record KeywordLeg(string Text)
{
    /// <summary>Which fields to search (<see cref="RecordField.SearchGroup"/>).</summary>
    /// <value>The group without a name.</value>
    public string Group { get; init; } = "";

    /// <summary>The weight in the fusion.</summary>
    /// <value>1</value>
    public float Weight { get; init; } = 1;

    /// <summary>How many records the leg brings to the fusion; never fewer than are asked for.</summary>
    /// <value>50</value>
    public int Depth { get; init; } = 50;

    /// <summary>The score that a record must reach in this leg.</summary>
    public float? Threshold { get; init; }
}

/// <summary>Searches by the nearness of a vector.</summary>
/// <param name="Name">The vector of the records.</param>
/// <param name="Vector">What to be near to.</param>
public sealed record VectorLeg(string Name, ReadOnlyMemory<float> Vector)
{
    /// <summary>The weight in the fusion.</summary>
    /// <value>1</value>
    public float Weight { get; init; } = 1;

    /// <summary>How many records the leg brings to the fusion; never fewer than are asked for.</summary>
    /// <value>50</value>
    public int Depth { get; init; } = 50;

    /// <summary>The similarity that a record must reach, or the distance that it must not exceed.</summary>
    public float? Threshold { get; init; }
}

/// <summary>A record that was found.</summary>
/// <param name="Record">The record.</param>
/// <param name="Score">Of one leg, its score (for a distance, lower is better); of several, the fused one. Comparable within one answer only.</param>
public sealed record RecordHit(Record Record, double Score)
{
    /// <summary>With <see cref="RecordSearch.Explain"/>, the place in the keyword leg; <see langword="null"/> where it was not found.</summary>
    public LegPlace? Keywords { get; init; }

    /// <summary>With <see cref="RecordSearch.Explain"/>, the place in each vector leg, in their order.</summary>
    public IReadOnlyList<LegPlace?> Vectors { get; init; } = [];
}

/// <summary>A place in a leg.</summary>
/// <param name="Rank">From 1. Equal scores are ordered by key.</param>
/// <param name="Score">The score of the leg.</param>
public sealed record LegPlace(int Rank, double Score);
