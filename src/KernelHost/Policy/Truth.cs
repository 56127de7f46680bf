namespace KernelHost.Policy;

/// <summary>Whether a test of an argument holds. Rules that allow need <see cref="True"/>; rules that ask or deny are content with <see cref="Unknown"/>.</summary>
internal enum Truth
{
    /// <summary>It does not hold.</summary>
    False,

    /// <summary>The value cannot be compared.</summary>
    Unknown,

    /// <summary>It holds.</summary>
    True,
}
