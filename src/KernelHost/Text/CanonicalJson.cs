using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace KernelHost.Text;

/// <summary>
/// One byte sequence per JSON value, so that a digest of it can be compared: RFC 8785 (JCS). Members are sorted by UTF-16 code
/// units, numbers are written as ECMAScript writes them, strings with the fewest escapes.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The canonical UTF-8 bytes of <paramref name="value"/>.</summary>
    /// <exception cref="JsonException">An object holds one name twice, or a number does not fit a double.</exception>
    public static byte[] GetBytes(JsonElement value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Write(buffer, value);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Lower-case hexadecimal SHA-256 of the canonical bytes.</summary>
    public static string Hash(JsonElement value) => Convert.ToHexStringLower(SHA256.HashData(GetBytes(value)));

    private static void Write(ArrayBufferWriter<byte> buffer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(buffer, value);
                break;
            case JsonValueKind.Array:
                WriteArray(buffer, value);
                break;
            case JsonValueKind.String:
                WriteString(buffer, value.GetString()!);
                break;
            case JsonValueKind.Number:
                Encoding.UTF8.GetBytes(FormatNumber(value), buffer);
                break;
            case JsonValueKind.True:
                buffer.Write("true"u8);
                break;
            case JsonValueKind.False:
                buffer.Write("false"u8);
                break;
            default:
                buffer.Write("null"u8);
                break;
        }
    }

    private static void WriteObject(ArrayBufferWriter<byte> buffer, JsonElement value)
    {
        var members = value.EnumerateObject().ToArray();
        Array.Sort(members, static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        buffer.Write("{"u8);
        for (var i = 0; i < members.Length; i++)
        {
            if (i > 0)
            {
                if (members[i].Name == members[i - 1].Name)
                {
                    throw new JsonException($"The member '{members[i].Name}' occurs twice in one object.");
                }

                buffer.Write(","u8);
            }

            WriteString(buffer, members[i].Name);
            buffer.Write(":"u8);
            Write(buffer, members[i].Value);
        }

        buffer.Write("}"u8);
    }

    private static void WriteArray(ArrayBufferWriter<byte> buffer, JsonElement value)
    {
        buffer.Write("["u8);
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!first)
            {
                buffer.Write(","u8);
            }

            first = false;
            Write(buffer, item);
        }

        buffer.Write("]"u8);
    }

    // RFC 8785 section 3.2.2.2: only quotation mark, reverse solidus and C0 controls are escaped.
    private static void WriteString(ArrayBufferWriter<byte> buffer, string text)
    {
        var escaped = new StringBuilder(text.Length + 2).Append('"');
        foreach (var character in text)
        {
            _ = character switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append("\\\\"),
                '\b' => escaped.Append("\\b"),
                '\f' => escaped.Append("\\f"),
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                < ' ' => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => escaped.Append(character),
            };
        }

        Encoding.UTF8.GetBytes(escaped.Append('"').ToString(), buffer);
    }

    // RFC 8785 section 3.2.2.3, ECMAScript Number::toString: plain digits between 1e-7 and 1e21, an exponent outside.
    private static string FormatNumber(JsonElement value)
    {
        var number = value.GetDouble();
        if (!double.IsFinite(number))
        {
            throw new JsonException($"The number '{value.GetRawText()}' does not fit a double.");
        }

        if (number == 0)
        {
            return "0";
        }

        var shortest = Math.Abs(number).ToString("R", CultureInfo.InvariantCulture);
        var mantissaEnd = shortest.IndexOf('E', StringComparison.Ordinal);
        var mantissa = mantissaEnd < 0 ? shortest : shortest[..mantissaEnd];
        var exponent = mantissaEnd < 0 ? 0 : int.Parse(shortest.AsSpan(mantissaEnd + 1), CultureInfo.InvariantCulture);
        var whole = mantissa.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0 ? dot : mantissa.Length;
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        return (number < 0 ? "-" : "") + Layout(digits.Trim('0'), whole - leading + exponent);
    }

    // The value is 0.DIGITS times ten to the power of POINT.
    private static string Layout(string digits, int point)
    {
        if (point is > 0 and <= 21)
        {
            return digits.Length <= point
                ? digits + new string('0', point - digits.Length)
                : $"{digits[..point]}.{digits[point..]}";
        }

        if (point is > -6 and <= 0)
        {
            return "0." + new string('0', -point) + digits;
        }

        var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
        return $"{mantissa}e{(point < 1 ? "-" : "+")}{Math.Abs(point - 1)}";
    }
}
