using System.Globalization;
using System.Text.Json;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>Writes a JSON value as lines of path and value, so that it is found by its words: <c>customer.name: Anna</c>.</summary>
internal static class JsonRecord
{
    public static JsonDocumentOptions OptionsFor(DocumentLimits limits) =>
        new() { MaxDepth = limits.Depth, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Refuses what is nested too deep; other errors are the caller's.</summary>
    public static void RefuseDeep(JsonException exception, DocumentLimits limits)
    {
        // The parser has no other sign of it. A value that is never closed is told with the word "depth", too.
        if (exception.Message.Contains("configured depth", StringComparison.OrdinalIgnoreCase))
        {
            throw new DocumentRefusedException(string.Create(CultureInfo.InvariantCulture, $"Its values are nested more than {limits.Depth} deep."), exception);
        }
    }

    /// <param name="value">The value.</param>
    /// <param name="input">Counts the values.</param>
    /// <param name="isLeftOut">Members of the value itself that are written elsewhere.</param>
    public static string Write(JsonElement value, DocumentInput input, Func<JsonElement, bool>? isLeftOut = null)
    {
        var lines = new List<string>();
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject().Where(property => isLeftOut?.Invoke(property.Value) != true))
            {
                Write(property.Name, property.Value, lines, input);
            }
        }
        else
        {
            Write("", value, lines, input);
        }

        return string.Join('\n', lines);
    }

    // The parser has bounded the depth, so this recursion is bounded, too.
    private static void Write(string path, JsonElement value, List<string> lines, DocumentInput input)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    Write(path.Length == 0 ? property.Name : $"{path}.{property.Name}", property.Value, lines, input);
                }

                break;
            case JsonValueKind.Array when value.EnumerateArray().All(static element => element.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)):
                Add(path, string.Join(", ", value.EnumerateArray().Select(element => Scalar(element, input)).Where(static text => text.Length > 0)), lines, input);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var element in value.EnumerateArray())
                {
                    Write(string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), element, lines, input);
                }

                break;
            default:
                Add(path, Scalar(value, input), lines, input);
                break;
        }
    }

    private static void Add(string path, string text, List<string> lines, DocumentInput input)
    {
        if (text.Length > 0)
        {
            // A path is written once per value: a deep one of long names would make a small file huge.
            input.CountText(path.Length + text.Length);
            lines.Add(path.Length == 0 ? text : $"{path}: {text}");
        }
    }

    private static string Scalar(JsonElement value, DocumentInput input)
    {
        input.CountCell();
        return value.ValueKind switch
        {
            JsonValueKind.String => Text(value).Trim(),
            JsonValueKind.Null => "",
            _ => value.GetRawText(),
        };
    }

    private static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // An escape that spells half of a surrogate pair is valid JSON and no text; as it stands in the file it says at least what was there.
            return value.GetRawText().Trim('"');
        }
    }
}
