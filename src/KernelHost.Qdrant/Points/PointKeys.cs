using System.Globalization;
using KernelHost.Memory.Records;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Points;

/// <summary>
/// The ids of points. A record has two places, because a change writes its new form beside the one that readers still see: the natural id of its key, and one
/// made from it.
/// </summary>
internal static class PointKeys
{
    // Fixed for ever: other ids would be other records.
    private static readonly Guid Texts = new("5b0f6f0e-3b54-4d5f-9c1e-7a3c0b6d2f11");
    private static readonly Guid Seconds = new("c2a0c3a9-94de-4c0c-8f3b-1d7e5a9b4e22");

    /// <summary>The point that is the head of a collection, never one of a record.</summary>
    public static PointId Head { get; } = Id(NamedUuids.Create(new Guid("0e9b7f5d-6a1c-4b8e-a2d4-3f6c8e1b7a33"), "head"));

    /// <summary>The place of a record that no change has touched.</summary>
    public static PointId First(object key) => key switch
    {
        long number => new PointId { Num = (ulong)number },
        Guid uuid => Id(uuid),
        _ => Id(NamedUuids.Create(Texts, (string)key)),
    };

    /// <summary>The other place.</summary>
    public static PointId Second(object key) => Id(NamedUuids.Create(Seconds, key switch
    {
        long number => $"n{number.ToString(CultureInfo.InvariantCulture)}",
        Guid uuid => $"u{uuid:D}",
        _ => $"t{key}",
    }));

    /// <summary>The key that a point carries.</summary>
    public static object Read(Value value, RecordKeyType type) => type switch
    {
        RecordKeyType.WholeNumber => value.IntegerValue,
        RecordKeyType.Uuid => Guid.Parse(value.StringValue),
        _ => value.StringValue,
    };

    /// <summary>The form of a key in the payload.</summary>
    public static Value Write(object key) => key switch
    {
        long number => new Value { IntegerValue = number },
        Guid uuid => new Value { StringValue = uuid.ToString("D") },
        _ => new Value { StringValue = (string)key },
    };

    /// <summary>Orders keys by their characters, bytes or size.</summary>
    public static int Compare(object left, object right) => (left, right) switch
    {
        (long a, long b) => a.CompareTo(b),
        (Guid a, Guid b) => a.CompareTo(b),
        _ => string.CompareOrdinal((string)left, (string)right),
    };

    private static PointId Id(Guid uuid) => new() { Uuid = uuid.ToString("D") };
}
