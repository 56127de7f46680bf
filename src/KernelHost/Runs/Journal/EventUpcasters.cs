using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.Journal;

/// <summary>
/// The versions of the kinds of events, and how an event of an older version becomes one of today. A kind is at version 1 plus the number
/// of its upcasters. Changing what a member means, or removing one, takes an upcaster; adding an optional member takes none.
/// </summary>
/// <param name="upcasters">By kind, the step from version 1 to 2, from 2 to 3, and so on. A step changes the event's JSON in place.</param>
internal sealed class EventUpcasters(IReadOnlyDictionary<string, Action<JsonObject>[]> upcasters)
{
    private readonly FrozenDictionary<Type, string> _kinds = RunEventJson.Default.RunEvent.PolymorphismOptions!.DerivedTypes
        .ToFrozenDictionary(type => type.DerivedType, type => (string)type.TypeDiscriminator!);

    private readonly FrozenSet<string> _names = RunEventJson.Default.RunEvent.PolymorphismOptions!.DerivedTypes
        .Select(type => (string)type.TypeDiscriminator!).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Those of this version of KernelHost. No kind has changed yet.</summary>
    public static EventUpcasters Current { get; } = new(FrozenDictionary<string, Action<JsonObject>[]>.Empty);

    /// <summary>The version in which events of this kind are written.</summary>
    public int VersionOf(RunEvent runEvent) => VersionOf(_kinds[runEvent.GetType()]);

    /// <summary>Reads an event of any version up to today's.</summary>
    /// <exception cref="JsonException">It is of a kind or a version this program does not know, or it is no event.</exception>
    public RunEvent Read(byte[] json, int version)
    {
        var kind = KindOf(json);
        if (!_names.Contains(kind))
        {
            throw new JsonException($"its kind '{kind}' is unknown");
        }

        var current = VersionOf(kind);
        if (version > current || version < 1)
        {
            throw new JsonException($"it is a '{kind}' of version {version}, and version {current} is the newest known");
        }

        return RunEventJson.Read(version == current ? json : Upcast(kind, json, version));
    }

    /// <summary>The kind an event's JSON names.</summary>
    /// <exception cref="JsonException">It names none.</exception>
    public static string KindOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (found && reader.TokenType == JsonTokenType.String)
            {
                return reader.GetString()!;
            }

            reader.Skip();
        }

        throw new JsonException("it names no kind");
    }

    private int VersionOf(string kind) => upcasters.TryGetValue(kind, out var steps) ? steps.Length + 1 : 1;

    private byte[] Upcast(string kind, byte[] json, int version)
    {
        var runEvent = JsonNode.Parse(json)!.AsObject();
        foreach (var step in upcasters[kind][(version - 1)..])
        {
            step(runEvent);
        }

        return JsonSerializer.SerializeToUtf8Bytes(runEvent, RunEventJson.Default.JsonObject);
    }
}
