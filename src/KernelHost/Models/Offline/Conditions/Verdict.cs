namespace KernelHost.Models.Offline.Conditions;

internal enum Truth
{
    Unknown,
    True,
    False,
}

/// <summary>Whether a condition holds, and the fields that say so.</summary>
internal sealed record Verdict(Truth Truth, string Evidence)
{
    public static readonly Verdict Unknown = new(Truth.Unknown, "");

    public static Verdict Of(bool holds, string evidence) => new(holds ? Truth.True : Truth.False, evidence);

    public Verdict Negate() => this with { Truth = Truth switch { Truth.True => Truth.False, Truth.False => Truth.True, _ => Truth.Unknown } };

    public Verdict And(Verdict other) => Join(other, Truth == Truth.False || other.Truth == Truth.False ? Truth.False
        : Truth == Truth.True && other.Truth == Truth.True ? Truth.True : Truth.Unknown);

    public Verdict Or(Verdict other) => Join(other, Truth == Truth.True || other.Truth == Truth.True ? Truth.True
        : Truth == Truth.False && other.Truth == Truth.False ? Truth.False : Truth.Unknown);

    private Verdict Join(Verdict other, Truth truth) =>
        new(truth, string.Join(", ", ((string[])[Evidence, other.Evidence]).Where(static text => text.Length > 0)));
}
