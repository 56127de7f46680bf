using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using KernelHost.Runs.Events;
using KernelHost.Runs.State;

namespace KernelHost.Runs.Budgets;

/// <summary>
/// A number for a value that is the same for every way to write it, as canonical JSON would be, without writing it: members in any order, numbers and
/// text however they were escaped. The same in every process. Not for secrets or proofs: it tells repetition.
/// </summary>
internal static class ValueHash
{
    private const ulong Prime = 0x9E3779B97F4A7C15;
    private const int MostBytesPerUnit = 3;
    private const ulong Null = 0x51, True = 0x52, False = 0x53, Array = 0x54, Object = 0x55, Number = 0x56, String = 0x57;

    // Room for names and short values; more would cost its clearing at every one of them.
    private const int OnStack = 192;

    public static ulong OfCall(CallState call)
    {
        var hash = Mix(Object, OfText(call.Call.Name));
        if (call.Arguments is { } arguments)
        {
            foreach (var (name, value) in JournalValues.Members(arguments))
            {
                hash += Mix(OfText(name), Of(value));
            }
        }

        return hash;
    }

    public static ulong Of(object? value) => value switch
    {
        null => Null,
        string text => OfText(text),
        JsonElement element => OfElement(element),
        bool truth => truth ? True : False,
        int number => OfInteger(number),
        long number => OfInteger(number),
        IConvertible number => OfDouble(number.ToDouble(System.Globalization.CultureInfo.InvariantCulture)),
        _ => Null,
    };

    private static ulong OfElement(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = Object;
                foreach (var member in element.EnumerateObject())
                {
                    members += Mix(OfText(member.Name), OfElement(member.Value));
                }

                return members;
            case JsonValueKind.Array:
                var items = Array;
                foreach (var item in element.EnumerateArray())
                {
                    items = Mix(items, OfElement(item));
                }

                return items;
            case JsonValueKind.String:
                var raw = JsonMarshal.GetRawUtf8Value(element);
                return raw.Contains((byte)'\\') ? OfText(element.GetString()!) : OfUtf8(raw[1..^1]);
            case JsonValueKind.Number:
                var digits = JsonMarshal.GetRawUtf8Value(element);
                return Utf8Parser.TryParse(digits, out long whole, out var used) && used == digits.Length ? OfInteger(whole) : OfDouble(element.GetDouble());
            case JsonValueKind.True:
                return True;
            case JsonValueKind.False:
                return False;
            default:
                return Null;
        }
    }

    private static ulong OfInteger(long number) => Math.Abs((double)number) < 1e15 ? Mix(Number, (ulong)number) : OfDouble(number);

    private static ulong OfDouble(double number) => number == Math.Floor(number) && Math.Abs(number) < 1e15
        ? Mix(Number, (ulong)(long)number)
        : Mix(Number + 1, (ulong)BitConverter.DoubleToInt64Bits(number));

    private static ulong OfText(string text)
    {
        var most = text.Length * MostBytesPerUnit;
        if (most <= OnStack)
        {
            Span<byte> buffer = stackalloc byte[OnStack];
            return OfUtf8(buffer[..Encoding.UTF8.GetBytes(text, buffer)]);
        }

        var rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            return OfUtf8(rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static ulong OfUtf8(ReadOnlySpan<byte> bytes)
    {
        var hash = String ^ (ulong)bytes.Length;
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        var rest = 0UL;
        for (var i = 0; i < bytes.Length; i++)
        {
            rest |= (ulong)bytes[i] << (8 * i);
        }

        return Mix(hash, rest);
    }

    private static ulong Mix(ulong hash, ulong value)
    {
        var high = Math.BigMul(hash ^ Prime, value ^ BitOperations.RotateLeft(Prime, 31), out var low);
        return high ^ low ^ BitOperations.RotateLeft(hash, 17);
    }
}
