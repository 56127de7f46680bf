using System.Text.Json.Serialization;

namespace KernelHost.Agents;

/// <summary>What the citations of an agent's answers must be like, and what happens to an answer that breaks that.</summary>
public sealed record GroundingRules
{
    /// <summary>What a run says where the sources say nothing, unless the agent has words of its own for it.</summary>
    public const string NotFoundText = "I could not find this in the sources.";

    /// <summary>Whether an answer must cite.</summary>
    /// <value><see cref="CitationUse.Optional"/></value>
    public CitationUse Citations { get; init; } = CitationUse.Optional;

    /// <summary>What happens to a citation that is not true.</summary>
    /// <value><see cref="FalseCitation.Strip"/></value>
    public FalseCitation OnFalse { get; init; }

    /// <summary>What happens to a statement that cites nothing, where citations are required.</summary>
    /// <value><see cref="UncitedStatement.Flag"/></value>
    public UncitedStatement OnUncited { get; init; }

    /// <summary>Below which share of a statement's weighted words in the passages it cites it is flagged, from 0 to 1.</summary>
    /// <value>0.3</value>
    public double MinimumSupport { get; init; } = 0.3;

    /// <summary>What a person reads where the sources say nothing; <see langword="null"/> for <see cref="NotFoundText"/>.</summary>
    public string? NotFound { get; init; }

    /// <summary>Whether an answer may come to be another one than the model wrote, so that nobody is shown it before it is verified.</summary>
    [JsonIgnore]
    public bool HoldsBack => Citations == CitationUse.Required || (Citations == CitationUse.Optional && OnFalse == FalseCitation.Refuse);
}
