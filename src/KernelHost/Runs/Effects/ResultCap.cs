using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace KernelHost.Runs.Effects;

/// <summary>
/// Bounds what a model reads of one result: every later model call carries it. What is larger is cut, with a note that says so; the whole stays in
/// the journal, where people and the model can read on.
/// </summary>
internal static class ResultCap
{
    /// <summary>What the model reads, and the whole when that is not all of it.</summary>
    /// <param name="result">A string or JSON.</param>
    /// <param name="maximum">The most bytes of UTF-8 of it that the model reads.</param>
    /// <param name="callId">The call, for the note.</param>
    /// <param name="canReadOn">Whether the model has a tool to read on with.</param>
    public static (object? Shown, object? Full) Apply(object? result, int maximum, string callId, bool canReadOn)
    {
        // No character takes more than three bytes of UTF-8 for each of its UTF-16 units, so ordinary results are not even counted.
        switch (result)
        {
            case string text when text.Length > maximum / 3 && Encoding.UTF8.GetByteCount(text) is var size && size > maximum:
                return (Cut(text, size, maximum, callId, canReadOn), text);
            case JsonElement json when JsonMarshal.GetRawUtf8Value(json).Length > maximum:
                var raw = json.ToString() is var value && json.ValueKind == JsonValueKind.String ? value : json.GetRawText();
                return (Cut(raw, Encoding.UTF8.GetByteCount(raw), maximum, callId, canReadOn), result);
            default:
                return (result, null);
        }
    }

    /// <summary>A result as the text that offsets count in.</summary>
    public static string Text(object? result) => result switch
    {
        null => "",
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
        JsonElement json => json.GetRawText(),
        _ => result.ToString() ?? "",
    };

    /// <summary>As much of a text, from an offset in UTF-16 units, as fits into a number of bytes of UTF-8. Never splits a character.</summary>
    public static string Slice(string text, int offset, int maximumBytes)
    {
        if (offset > 0 && offset < text.Length && char.IsLowSurrogate(text[offset]))
        {
            offset--;
        }

        var bytes = 0;
        var end = offset;
        while (end < text.Length)
        {
            Rune.DecodeFromUtf16(text.AsSpan(end), out var rune, out var units);
            bytes += rune.Utf8SequenceLength;
            if (bytes > maximumBytes)
            {
                break;
            }

            end += units;
        }

        return text[offset..end];
    }

    private static string Cut(string text, int size, int maximum, string callId, bool canReadOn)
    {
        var head = Slice(text, 0, maximum);
        var more = canReadOn
            ? string.Create(CultureInfo.InvariantCulture, $" Read on with {ResultReader.ModelName}: call \"{callId}\", offset {head.Length}.")
            : " Ask for less, or for a part of it.";
        return string.Create(CultureInfo.InvariantCulture, $"{head}\n[Cut by the host: these are the first {head.Length} of {text.Length} characters ({size} bytes).{more}]");
    }
}
