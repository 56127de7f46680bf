using KernelHost.Runs.Events;

namespace KernelHost.Runs.Journal;

/// <summary>An event as its row in the journal file holds it.</summary>
/// <param name="Version">The version of its kind, from 1.</param>
/// <param name="Payload">The event as JSON, without its large members.</param>
/// <param name="Parts">Which members are kept as contents: a JSON object from member to the content's hash; <see langword="null"/> for none.</param>
internal readonly record struct StoredEvent(int Version, byte[] Payload, byte[]? Parts)
{
    /// <summary>What is to be stored for an event, and the contents it refers to.</summary>
    public static (StoredEvent Event, IReadOnlyList<Content> Contents) Create(RunEvent runEvent, EventUpcasters upcasters) =>
        LargeMembers.Split(RunEventJson.Write(runEvent), upcasters.VersionOf(runEvent));
}

/// <summary>A large member, stored once under the SHA-256 of its bytes.</summary>
/// <param name="Hash">The SHA-256.</param>
/// <param name="Bytes">The JSON value.</param>
internal sealed record Content(byte[] Hash, byte[] Bytes);
