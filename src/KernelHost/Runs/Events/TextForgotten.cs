namespace KernelHost.Runs.Events;

/// <summary>
/// Text was taken out of earlier events of the session, on somebody's order. It holds nothing of the text. The hashes of those events stay what they were, so
/// that the chain goes on over them; what they hold now is vouched for by the digests here.
/// </summary>
public sealed class TextForgotten : InputEvent
{
    /// <summary>Who ordered it.</summary>
    public required string By { get; init; }

    /// <summary>What was forgotten, by a name that tells nothing of it, for example <c>mem_4k2q9x7w1c3d</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>The events that text was taken out of.</summary>
    public required IReadOnlyList<ForgottenEvent> Events { get; init; }
}

/// <summary>An event that text was taken out of.</summary>
/// <param name="Sequence">Its place in the session.</param>
/// <param name="Digest">The SHA-256, in lower-case hex, over what it holds since: session, sequence, version, JSON and the hashes of its large members.</param>
public sealed record ForgottenEvent(long Sequence, string Digest);
