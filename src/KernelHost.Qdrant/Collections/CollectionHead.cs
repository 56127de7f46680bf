using System.Text.Json;
using Google.Protobuf.Collections;
using KernelHost.Memory.Records;
using KernelHost.Qdrant.Points;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Collections;

/// <summary>
/// What a collection is at one moment, kept as a point of it. A point, because only a point can be written on a condition, and all that makes a change visible must
/// be in one write: the metadata of a collection has no condition.
/// </summary>
internal sealed record CollectionHead
{
    /// <summary>The generation that no reader reaches: that of the head itself, which is no record.</summary>
    public const long Never = (1L << 53) - 1;

    // Enough to find an own write that others have followed, and writers that were cut off and woke up again.
    private const int Remembered = 32;
    private const int Format = 1;

    /// <summary>The name that callers know.</summary>
    public required string Name { get; init; }

    /// <summary>The collection on the server that this is the head of. Records are read and written there, not through the alias, so that they never end up in other content.</summary>
    public required string Target { get; init; }

    /// <summary>Tells this content from any other that had or will have the name.</summary>
    public required string Content { get; init; }

    /// <summary>The fields and vectors.</summary>
    public required RecordSchema Schema { get; init; }

    /// <summary>What the owner keeps with the collection.</summary>
    public required IReadOnlyDictionary<string, string> Properties { get; init; }

    /// <summary>Goes up with every write.</summary>
    public long Version { get; init; }

    /// <summary>What readers see: points that became visible by then and did not cease to be.</summary>
    public long Generation { get; init; }

    /// <summary>The last generation that a change has set about. Above <see cref="Generation"/>, and not given up, a change is under way, or its process is dead.</summary>
    public long Reserved { get; init; }

    /// <summary>Generations that never came to be; points that carry them do not count.</summary>
    public IReadOnlyList<long> GivenUp { get; init; } = [];

    /// <summary>The last revisions of this head, the newest first.</summary>
    public IReadOnlyList<string> Revisions { get; init; } = [];

    /// <summary>The collection on the server that takes the place of this one, which is written no more.</summary>
    public string? Successor { get; init; }

    /// <summary>The collection on the server that a rebuild fills, or that a killed one left behind.</summary>
    public string? Building { get; init; }

    /// <summary>The collection on the server whose place this one took, until it is deleted.</summary>
    public string? Predecessor { get; init; }

    /// <summary>Whether a change is under way.</summary>
    public bool IsChanging => Reserved > Generation && !GivenUp.Contains(Reserved);

    /// <summary>Whether records can lie in their second place.</summary>
    public bool HasSeconds => Reserved > 0;

    public CollectionState State => new(Schema, Version, Properties);

    /// <summary>The head with a new revision.</summary>
    public CollectionHead Revise() => this with { Revisions = [Guid.NewGuid().ToString("N"), .. Revisions.Take(Remembered - 1)] };

    /// <summary>The head after the change under way, if there is one, is cut off.</summary>
    public CollectionHead GiveUpChange() => IsChanging ? this with { GivenUp = [Reserved, .. GivenUp.Take(Remembered - 1)] } : this;

    public PointStruct Write()
    {
        var point = new PointStruct { Id = PointKeys.Head, Vectors = new Vectors { Vectors_ = new NamedVectors() } };
        var payload = point.Payload;
        payload["_format"] = Whole(Format);
        payload[SafeNames.From] = Whole(Never);
        payload[SafeNames.Revision] = Text(Revisions[0]);
        payload["_revs"] = List(Revisions.Select(Text));
        payload["_name"] = Text(Name);
        payload["_target"] = Text(Target);
        payload["_content"] = Text(Content);
        payload["_schema"] = Text(JsonSerializer.Serialize(Schema, HeadJson.Default.RecordSchema));
        payload["_properties"] = Text(JsonSerializer.Serialize(Properties, HeadJson.Default.IReadOnlyDictionaryStringString));
        payload["_version"] = Whole(Version);
        payload["_generation"] = Whole(Generation);
        payload["_reserved"] = Whole(Reserved);
        payload["_given_up"] = List(GivenUp.Select(Whole));
        AddText(payload, "_successor", Successor);
        AddText(payload, "_building", Building);
        AddText(payload, "_predecessor", Predecessor);
        return point;
    }

    /// <summary>Reads a head; <see langword="null"/> when the point is none that this version of the program knows.</summary>
    public static CollectionHead? Read(MapField<string, Value> payload)
    {
        if (!payload.TryGetValue("_format", out var format) || format.IntegerValue != Format)
        {
            return null;
        }

        return new CollectionHead
        {
            Name = payload["_name"].StringValue,
            Target = payload["_target"].StringValue,
            Content = payload["_content"].StringValue,
            Schema = JsonSerializer.Deserialize(payload["_schema"].StringValue, HeadJson.Default.RecordSchema)!,
            Properties = JsonSerializer.Deserialize(payload["_properties"].StringValue, HeadJson.Default.IReadOnlyDictionaryStringString)!,
            Version = payload["_version"].IntegerValue,
            Generation = payload["_generation"].IntegerValue,
            Reserved = payload["_reserved"].IntegerValue,
            GivenUp = [.. payload["_given_up"].ListValue.Values.Select(static value => value.IntegerValue)],
            Revisions = [.. payload["_revs"].ListValue.Values.Select(static value => value.StringValue)],
            Successor = ReadText(payload, "_successor"),
            Building = ReadText(payload, "_building"),
            Predecessor = ReadText(payload, "_predecessor"),
        };
    }

    /// <summary>What a reader looks at again after it has read.</summary>
    public static PayloadIncludeSelector Glance { get; } = new() { Fields = { "_content", "_generation" } };

    /// <summary>Whether what was read at this head is what the collection held when the glance was taken.</summary>
    public bool IsStill(MapField<string, Value> glance) =>
        glance.TryGetValue("_content", out var content) && content.StringValue == Content && glance["_generation"].IntegerValue == Generation;

    private static void AddText(MapField<string, Value> payload, string name, string? text)
    {
        if (text is not null)
        {
            payload[name] = Text(text);
        }
    }

    private static string? ReadText(MapField<string, Value> payload, string name) => payload.TryGetValue(name, out var value) ? value.StringValue : null;

    private static Value Text(string text) => new() { StringValue = text };

    private static Value Whole(long number) => new() { IntegerValue = number };

    private static Value List(IEnumerable<Value> values)
    {
        var list = new ListValue();
        list.Values.AddRange(values);
        return new Value { ListValue = list };
    }
}
