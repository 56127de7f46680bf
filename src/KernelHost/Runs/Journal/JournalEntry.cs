namespace KernelHost.Runs.Journal;

/// <summary>An event as the journal holds it, for export.</summary>
public sealed record JournalEntry
{
    /// <summary>The session.</summary>
    public required string SessionId { get; init; }

    /// <summary>The position in the session, from 1.</summary>
    public required long Sequence { get; init; }

    /// <summary>The kind of event.</summary>
    public required string Type { get; init; }

    /// <summary>The version of the kind.</summary>
    public required int Version { get; init; }

    /// <summary>The event's hash, which covers all before it; lower-case hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>The whole event, a JSON object in UTF-8, as it was written.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }
}
