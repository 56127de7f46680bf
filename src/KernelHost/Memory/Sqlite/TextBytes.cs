using System.Text;

namespace KernelHost.Memory.Sqlite;

/// <summary>
/// Text as CESU-8 (Unicode Technical Report 26): UTF-8 of each UTF-16 unit by itself. It loses nothing, not even halves of surrogate pairs, is plain UTF-8
/// for nearly every text, and its bytes sort as <see cref="string.CompareOrdinal(string, string)"/> does.
/// </summary>
internal static class TextBytes
{
    private const char FirstSurrogate = '\uD800';
    private const char LastSurrogate = '\uDFFF';

    // Units from U+D000 on begin with this byte, halves of surrogate pairs among them.
    private const byte Suspect = 0xED;

    public static int Size(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(FirstSurrogate, LastSurrogate))
        {
            return Encoding.UTF8.GetByteCount(text);
        }

        var size = 0;
        foreach (var unit in text)
        {
            size += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
        }

        return size;
    }

    public static void Encode(string text, Span<byte> bytes)
    {
        if (!text.AsSpan().ContainsAnyInRange(FirstSurrogate, LastSurrogate))
        {
            Encoding.UTF8.GetBytes(text, bytes);
            return;
        }

        var i = 0;
        foreach (var unit in text)
        {
            if (unit < 0x80)
            {
                bytes[i++] = (byte)unit;
                continue;
            }

            if (unit < 0x800)
            {
                bytes[i++] = (byte)(0xC0 | (unit >> 6));
            }
            else
            {
                bytes[i++] = (byte)(0xE0 | (unit >> 12));
                bytes[i++] = (byte)(0x80 | ((unit >> 6) & 0x3F));
            }

            bytes[i++] = (byte)(0x80 | (unit & 0x3F));
        }
    }

    public static byte[] Encode(string text)
    {
        var bytes = new byte[Size(text)];
        Encode(text, bytes);
        return bytes;
    }

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.Contains(Suspect))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length);
        for (var i = 0; i < bytes.Length;)
        {
            var first = bytes[i++];
            text.Append((char)(first < 0x80 ? first
                : first < 0xE0 ? ((first & 0x1F) << 6) | Next(bytes, ref i)
                : ((first & 0x0F) << 12) | (Next(bytes, ref i) << 6) | Next(bytes, ref i)));
        }

        return text.ToString();
    }

    private static int Next(ReadOnlySpan<byte> bytes, ref int i) => i < bytes.Length ? bytes[i++] & 0x3F : throw new InvalidDataException("A text ends too early.");
}
