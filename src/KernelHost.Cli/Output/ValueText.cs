using System.Globalization;
using System.Text;
using System.Text.Json;

namespace KernelHost.Cli.Output;

/// <summary>Writes arguments and results for people.</summary>
internal static class ValueText
{
    private const int ValueLimit = 60;

    /// <summary><c>order_id: 1042, reason: "late delivery"</c>, shortened and safe for a terminal.</summary>
    public static string Arguments(IEnumerable<KeyValuePair<string, object?>>? arguments, int limit)
    {
        if (arguments is null)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var (name, value) in arguments)
        {
            if (text.Length > limit)
            {
                break;
            }

            text.Append(text.Length == 0 ? "" : ", ").Append(TerminalText.Line(name, ValueLimit)).Append(": ").Append(Value(value, ValueLimit));
        }

        return text.Length > limit ? text.ToString(0, limit) + "…" : text.ToString();
    }

    public static string Arguments(JsonElement arguments, int limit) => arguments.ValueKind == JsonValueKind.Object
        ? Arguments(arguments.EnumerateObject().Select(property => new KeyValuePair<string, object?>(property.Name, property.Value)), limit)
        : Value(arguments, limit);

    /// <summary>A value on one line, shortened and safe for a terminal.</summary>
    public static string Value(object? value, int limit) => value switch
    {
        null => "null",
        JsonElement { ValueKind: JsonValueKind.String } text => Quoted(text.GetString()!, limit),
        JsonElement json => TerminalText.Line(Json(json, indented: false), limit),
        string text => Quoted(text, limit),
        bool truth => truth ? "true" : "false",
        IFormattable number => TerminalText.Line(number.ToString(null, CultureInfo.InvariantCulture), limit),
        _ => TerminalText.Line(value.ToString() ?? "", limit),
    };

    /// <summary>A result on one line; a string without quotes.</summary>
    public static string Result(object? value, int limit) => value switch
    {
        string text => TerminalText.Line(text.ReplaceLineEndings(" "), limit),
        JsonElement { ValueKind: JsonValueKind.String } text => TerminalText.Line(text.GetString()!.ReplaceLineEndings(" "), limit),
        _ => Value(value, limit),
    };

    /// <summary>Indented JSON in which every hidden character is written out.</summary>
    public static string Pretty(JsonElement value) => KernelHost.Text.VisibleText.Escape(Json(value, indented: true), keepLines: true);

    private static string Quoted(string text, int limit) => $"\"{TerminalText.Line(text, limit)}\"";

    private static string Json(JsonElement value, bool indented)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented, Encoder = JsonOutput.Encoder }))
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
