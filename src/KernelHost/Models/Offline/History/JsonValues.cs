using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace KernelHost.Models.Offline.History;

/// <summary>JSON values in and out of chat messages.</summary>
internal static class JsonValues
{
    public static readonly JsonElement Null = JsonElement.Parse("null");

    public static JsonElement FromString(string text) => JsonElement.Parse($"\"{JsonEncodedText.Encode(text)}\"");

    public static JsonElement FromNumber(string number) => JsonElement.Parse(number);

    public static JsonElement FromBoolean(bool value) => JsonElement.Parse(value ? "true" : "false");

    public static JsonElement FromItems(IEnumerable<JsonElement> items) => JsonElement.Parse($"[{string.Join(',', items.Select(static item => item.GetRawText()))}]");

    /// <summary>Any value as JSON; a text that holds a JSON object or array is read as one.</summary>
    public static JsonElement FromResult(object? value)
    {
        var element = FromArgument(value);
        if (element.ValueKind != JsonValueKind.String)
        {
            return element;
        }

        var text = element.GetString()!.AsSpan().Trim();
        if (text.Length > 1 && text[0] is '{' or '[' && text[^1] is '}' or ']')
        {
            try
            {
                return JsonElement.Parse(text);
            }
            catch (JsonException)
            {
                // Text that only looks like JSON is text.
            }
        }

        return element;
    }

    /// <summary>Any value as JSON, as it is.</summary>
    public static JsonElement FromArgument(object? value)
    {
        switch (value)
        {
            case null:
                return Null;
            case JsonElement { ValueKind: JsonValueKind.Undefined }:
                return Null;
            case JsonElement element:
                return element;
            case string text:
                return FromString(text);
            case bool flag:
                return FromBoolean(flag);
            case int or long or short or byte or uint or decimal:
                return JsonElement.Parse(Convert.ToString(value, CultureInfo.InvariantCulture)!);
            case JsonNode node:
                return JsonElement.Parse(node.ToJsonString());
            default:
                return FromObject(value);
        }
    }

    private static JsonElement FromObject(object value)
    {
        try
        {
            return JsonSerializer.SerializeToElement(value, AIJsonUtilities.DefaultOptions);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            return FromString(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        }
    }
}
