using System.Text.Json;
using KernelHost.Models.Offline.Language;

namespace KernelHost.Models.Offline.Answers;

/// <summary>A JSON value as people write it, on one line and without control characters.</summary>
internal static class ValueText
{
    public static string Of(JsonElement value, int longest = 120) => value.ValueKind switch
    {
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        JsonValueKind.Null or JsonValueKind.Undefined => "none",
        JsonValueKind.String => Tokenizer.OneLine(Words(value.GetString()!), longest),
        JsonValueKind.Array => Items(value, longest),
        JsonValueKind.Object => Tokenizer.OneLine(value.GetRawText(), longest),
        _ => value.GetRawText(),
    };

    /// <summary>An argument as it is, so that a reader can check it: nothing is reworded.</summary>
    public static string Argument(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? Tokenizer.OneLine(value.GetString()!, 80) : Tokenizer.OneLine(value.GetRawText(), 80);

    private static string Items(JsonElement value, int longest)
    {
        var count = value.GetArrayLength();
        if (count == 0)
        {
            return "none";
        }

        var shown = value.EnumerateArray().Take(5).Select(item => item.ValueKind == JsonValueKind.Object ? ResultText.Brief(item) : Of(item, 60));
        return Tokenizer.OneLine(string.Join(", ", shown), longest * 3) + (count > 5 ? $" and {count - 5} more" : "");
    }

    // in_transit reads as "in transit"; identifiers and sentences stay as they are.
    private static string Words(string text) =>
        text.Length <= 40 && text.Contains('_', StringComparison.Ordinal) && !text.Contains(' ', StringComparison.Ordinal)
            && text.All(static character => char.IsAsciiLetterLower(character) || character == '_') ? text.Replace('_', ' ') : text;
}
