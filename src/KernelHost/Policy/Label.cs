using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace KernelHost.Policy;

/// <summary>How far content may be trusted and who may read it. <see langword="default"/> is untrusted: content without a label is never trusted.</summary>
public readonly record struct Label
{
    // Stored as distance from untrusted, so that a label nobody set is the worst one.
    private readonly byte _trust;

    /// <summary>Creates a label.</summary>
    /// <param name="integrity">How far the content may be trusted to hold no instructions.</param>
    /// <param name="readers">Who may read it; <see langword="null"/> is everybody.</param>
    [JsonConstructor]
    public Label(Integrity integrity, ImmutableHashSet<string>? readers)
    {
        if (integrity is < Integrity.Trusted or > Integrity.Untrusted)
        {
            throw new ArgumentOutOfRangeException(nameof(integrity), integrity, "There is no such integrity.");
        }

        _trust = (byte)(Integrity.Untrusted - integrity);
        Readers = readers;
    }

    /// <summary>Written by the host, the developer or the authenticated user; readable by everybody.</summary>
    public static Label Trusted => new(Integrity.Trusted, readers: null);

    /// <summary>Everything else; readable by everybody.</summary>
    public static Label Untrusted => new(Integrity.Untrusted, readers: null);

    /// <summary>How far the content may be trusted to hold no instructions.</summary>
    public Integrity Integrity => Integrity.Untrusted - _trust;

    /// <summary>Who may read it; <see langword="null"/> is everybody.</summary>
    public ImmutableHashSet<string>? Readers { get; }

    /// <summary>The label of content made from both: the worse integrity, and only readers of both.</summary>
    public Label Join(Label other) => new(
        Integrity > other.Integrity ? Integrity : other.Integrity,
        Readers is null ? other.Readers : other.Readers is null ? Readers : Readers.Intersect(other.Readers));

    /// <summary>Same integrity and the same set of readers.</summary>
    public bool Equals(Label other) =>
        _trust == other._trust && (Readers is null ? other.Readers is null : other.Readers is not null && Readers.SetEquals(other.Readers));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_trust, Readers?.Count ?? -1);
}
