namespace KernelHost.Runs;

/// <summary>What the model reads of a call that was not made.</summary>
internal static class NotMade
{
    private const string Prefix = "Not made: ";
    private const string Limit = Prefix + "the run has reached its limit of ";

    public static string Because(string reason) => Prefix + reason;

    public static string AtLimit(string limit) => $"{Limit}{limit}.";

    /// <summary>The reason that <see cref="Because"/> was told; <see langword="null"/> when the text has another form.</summary>
    public static string? Reason(string error) => error.StartsWith(Prefix, StringComparison.Ordinal) ? error[Prefix.Length..] : null;

    /// <summary>The limit that <see cref="AtLimit"/> was told; <see langword="null"/> when the text has another form.</summary>
    public static string? LimitOf(string error) => error.StartsWith(Limit, StringComparison.Ordinal) && error.EndsWith('.') ? error[Limit.Length..^1] : null;
}
