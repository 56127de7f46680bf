namespace KernelHost.Cli.Commands;

/// <summary>One line of <c>doctor</c>.</summary>
/// <param name="Area">What was looked at.</param>
/// <param name="State">What came of it.</param>
/// <param name="Message">What was found.</param>
/// <param name="Cure">What to do; <see langword="null"/> when there is nothing to do, or the message says it.</param>
internal sealed record Finding(string Area, FindingState State, string Message, string? Cure = null);

/// <summary>How it is.</summary>
internal enum FindingState
{
    Ok,
    Warning,
    Error,
}
