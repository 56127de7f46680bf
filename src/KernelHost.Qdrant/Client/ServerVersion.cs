using System.Globalization;

namespace KernelHost.Qdrant.Client;

/// <summary>The version of a server, and what depends on it. Older servers pass over fields that they do not know, so that asking is the only way to know.</summary>
internal readonly record struct ServerVersion(int Major, int Minor)
{
    /// <summary>The first with weighted fusion and with writes that only insert or only update.</summary>
    public static ServerVersion Least { get; } = new(1, 17);

    /// <summary>Whether words can be counted within a tenant.</summary>
    public bool CountsWordsOfTenant => (Major, Minor).CompareTo((1, 19)) >= 0;

    public bool IsTooOld => (Major, Minor).CompareTo((Least.Major, Least.Minor)) < 0;

    /// <summary>Reads <c>1.19.0</c> or <c>1.19.0-dev</c>; <see langword="null"/> when it is no version.</summary>
    public static ServerVersion? Parse(string text) =>
        text.Split('.') is [var major, var minor, ..]
            && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            ? new ServerVersion(first, second)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
