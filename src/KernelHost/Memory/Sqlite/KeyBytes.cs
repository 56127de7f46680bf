using System.Buffers.Binary;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Sqlite;

/// <summary>Keys as bytes that sort as the keys do: texts by their characters, UUIDs by their usual spelling, numbers by their size.</summary>
internal static class KeyBytes
{
    /// <returns><see langword="null"/> when the key is not of the type.</returns>
    public static byte[]? TryEncode(object? key, RecordKeyType type)
    {
        switch (type, key)
        {
            case (RecordKeyType.Text, string text):
                return TextBytes.Encode(text);
            case (RecordKeyType.Uuid, Guid uuid):
                return uuid.ToByteArray(bigEndian: true);
            case (RecordKeyType.WholeNumber, long number) when number >= 0:
                var bytes = new byte[sizeof(long)];
                BinaryPrimitives.WriteInt64BigEndian(bytes, number);
                return bytes;
            default:
                return null;
        }
    }

    public static object Decode(ReadOnlySpan<byte> bytes, RecordKeyType type) => type switch
    {
        RecordKeyType.Uuid => new Guid(bytes, bigEndian: true),
        RecordKeyType.WholeNumber => BinaryPrimitives.ReadInt64BigEndian(bytes),
        _ => TextBytes.Decode(bytes),
    };
}
