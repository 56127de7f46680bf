using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace KernelHost.Runs.Events;

/// <summary>What models and tools deliver has to fit into an event: what cannot be written would end the run after its effect was made.</summary>
internal static class JournalValues
{
    /// <summary>A result above this size belongs into a file or a narrower question; every later model call would carry it.</summary>
    public const int MaximumResultBytes = 16 << 20;

    // An event is nested at most 64 deep. Arguments stand in a call in a list in a reply, results in the event itself.
    private const int ArgumentDepth = 64 - 4;
    private const int ResultDepth = 64 - 1;

    /// <summary>The arguments in a form that an event can hold, or <see langword="null"/> when there is none.</summary>
    public static IDictionary<string, object?>? TryArguments(IDictionary<string, object?> arguments)
    {
        Dictionary<string, object?>? converted = null;
        foreach (var (name, value) in Members(arguments))
        {
            switch (value)
            {
                case null or string or bool or int or long or decimal:
                    break;
                case JsonElement element when IsWritable(element, ArgumentDepth):
                    break;
                case JsonElement:
                    return null;
                default:
                    if (!Policy.ArgumentJson.TryToElement(value, out var json) || !IsWritable(json, ArgumentDepth))
                    {
                        return null;
                    }

                    converted ??= new Dictionary<string, object?>(arguments, StringComparer.Ordinal);
                    converted[name] = json;
                    break;
            }
        }

        return converted ?? arguments;
    }

    /// <summary>The arguments to walk through. What a model's client makes of them is a plain dictionary, and then nothing is allocated for it.</summary>
    public static Dictionary<string, object?> Members(IDictionary<string, object?> arguments) =>
        arguments as Dictionary<string, object?> ?? new Dictionary<string, object?>(arguments, StringComparer.Ordinal);

    /// <summary>Why a result cannot be recorded, in words for the model; <see langword="null"/> when it can.</summary>
    public static string? Problem(object? result) => result switch
    {
        string text when text.Length > MaximumResultBytes => TooLarge(text.Length),
        JsonElement { ValueKind: JsonValueKind.Undefined } => "it has no value",
        JsonElement element when JsonMarshal.GetRawUtf8Value(element).Length is > MaximumResultBytes and var size => TooLarge(size),
        JsonElement element when !IsWritable(element, ResultDepth) => "it is nested too deep or holds text that is not valid Unicode",
        IReadOnlyList<Passage> passages when passages.Any(passage => passage is not { Source: not null, Text: not null }) => "it holds a passage without source or text",
        IReadOnlyList<Passage> passages when passages.Sum(passage => (long)passage.Text.Length) is > MaximumResultBytes and var size => TooLarge(size),
        _ => null,
    };

    private static string TooLarge(long size) => $"it is too large ({size >> 20} MiB; at most {MaximumResultBytes >> 20}). Ask for less";

    private static bool IsWritable(JsonElement element, int depth) => element.ValueKind switch
    {
        JsonValueKind.Undefined => false,
        JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.String => IsPlain(JsonMarshal.GetRawUtf8Value(element), depth) || CanWrite(element, depth),
        _ => true,
    };

    // Ordinary values pass by three vectorised looks at their bytes; only what is suspicious is really written.
    private static bool IsPlain(ReadOnlySpan<byte> raw, int depth) =>
        Utf8.IsValid(raw) && raw.IndexOf("\\u"u8) < 0 && raw.Count((byte)'{') + raw.Count((byte)'[') <= depth;

    private static bool CanWrite(JsonElement element, int depth)
    {
        try
        {
            using var writer = new Utf8JsonWriter(new ArrayBufferWriter<byte>(), new JsonWriterOptions { MaxDepth = depth });
            element.WriteTo(writer);
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or JsonException)
        {
            return false;
        }
    }
}
