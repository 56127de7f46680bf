using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KernelHost.Cli.Output;

/// <summary>Writes the one JSON document of a command. Built from nodes, so that no serializer has to look at types first.</summary>
internal static class JsonOutput
{
    // Letters of all scripts stay readable; the document is for programs and terminals, never for a web page.
    public static JavaScriptEncoder Encoder { get; } = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    public static void Write(Screen screen, JsonObject document)
    {
        screen.Out.WriteLine(Text(document, indented: true));
        screen.Out.Flush();
    }

    /// <summary>One of many documents, each on a line of its own.</summary>
    public static string Line(JsonObject document) => Text(document, indented: false);

    private static string Text(JsonObject document, bool indented)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented, Encoder = Encoder }))
        {
            document.WriteTo(writer);
        }

        return EscapeHidden(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>A JSON array.</summary>
    public static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode?> write)
    {
        JsonArray array = [];
        foreach (var item in items)
        {
            array.Add(write(item));
        }

        return array;
    }

    /// <summary>An array of strings.</summary>
    public static JsonArray Strings(IEnumerable<string> items) => Array(items, static item => JsonValue.Create(item));

    /// <summary>Any value of a journal: JSON, a string or a primitive.</summary>
    public static JsonNode? Value(object? value) => value switch
    {
        null => null,
        JsonElement json => Node(json),
        string text => JsonValue.Create(text),
        bool truth => JsonValue.Create(truth),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        decimal number => JsonValue.Create(number),
        _ => JsonValue.Create(Convert.ToString(value, CultureInfo.InvariantCulture)),
    };

    public static JsonObject? Arguments(IEnumerable<KeyValuePair<string, object?>>? arguments)
    {
        if (arguments is null)
        {
            return null;
        }

        JsonObject written = [];
        foreach (var (name, value) in arguments)
        {
            written[name] = Value(value);
        }

        return written;
    }

    /// <summary>The name of an enum member as JSON spells it.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static JsonNode? Node(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.Object => JsonObject.Create(json.Clone()),
        JsonValueKind.Array => JsonArray.Create(json.Clone()),
        _ => JsonValue.Create(json.Clone()),
    };

    // The encoder leaves marks of direction and joiners as they are; outside of strings none can occur, so escaping them is safe.
    private static string EscapeHidden(string json)
    {
        if (!json.AsSpan().ContainsAnyExceptInRange('\0', '~'))
        {
            return json;
        }

        var escaped = new StringBuilder(json.Length + 16);
        foreach (var character in json)
        {
            if (character > '~' && char.GetUnicodeCategory(character) is UnicodeCategory.Format or UnicodeCategory.Control
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator && character > '~')
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            }
            else
            {
                escaped.Append(character);
            }
        }

        return escaped.ToString();
    }
}
