using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.Budgets;

/// <summary>Guesses tokens from bytes, rather too many than too few: what does not fit by this guess is not sent.</summary>
internal static class TokenCount
{
    // English has about four bytes a token, JSON and other languages about three.
    private const int BytesPerToken = 3;
    private const int PerMessage = 4;

    public static long OfMessage(long bytes) => (bytes / BytesPerToken) + PerMessage;

    public static long Bytes(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);

    /// <summary>The size of a result or an argument: the same for a value as it was given and as it is read back from a journal.</summary>
    public static long Bytes(object? value) => value switch
    {
        null => 4,
        string text => Bytes(text) + 2,
        JsonElement element => Bytes(element),
        bool truth => truth ? 4 : 5,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture).Length,
        _ => 0,
    };

    public static long Bytes(IDictionary<string, object?>? arguments)
    {
        var bytes = 2L;
        if (arguments is not null)
        {
            foreach (var (name, value) in JournalValues.Members(arguments))
            {
                bytes += Bytes(name) + Bytes(value) + 4;
            }
        }

        return bytes;
    }

    /// <summary>What the model reads of the tools that are offered to it.</summary>
    public static long OfTools(IReadOnlyCollection<Tool> tools)
    {
        var tokens = 0L;
        foreach (var tool in tools)
        {
            tokens += OfMessage(Bytes(tool.ModelName) + Bytes(tool.Description) + Bytes(tool.Parameters));
        }

        return tokens;
    }

    public static long OfReply(string text, IReadOnlyList<ProposedCall> calls)
    {
        var bytes = Bytes(text);
        for (var i = 0; i < calls.Count; i++)
        {
            bytes += Bytes(calls[i].Name) + Bytes(calls[i].Arguments);
        }

        return OfMessage(bytes);
    }

    private static long Bytes(JsonElement element)
    {
        var bytes = 2L;
        switch (element.ValueKind)
        {
            case JsonValueKind.Undefined:
                return 0;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    bytes += Bytes(member.Name) + Bytes(member.Value) + 4;
                }

                return bytes;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    bytes += Bytes(item) + 1;
                }

                return bytes;
            case JsonValueKind.String when JsonMarshal.GetRawUtf8Value(element) is var raw && raw.Contains((byte)'\\'):
                return Bytes(element.GetString()) + 2;
            default:
                return JsonMarshal.GetRawUtf8Value(element).Length;
        }
    }
}
