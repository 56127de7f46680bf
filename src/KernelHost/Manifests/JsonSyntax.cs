using System.Text;
using System.Text.Json;

namespace KernelHost.Manifests;

/// <summary>A JSON value that knows where it stands in its file, which <see cref="JsonDocument"/> does not.</summary>
internal sealed class JsonSyntax
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 64 };

    public required JsonTokenType Kind { get; init; }

    /// <summary>The offset of the first byte.</summary>
    public required int Start { get; init; }

    /// <summary>The offset behind the last byte.</summary>
    public int End { get; private set; }

    /// <summary>The text of a string, the digits of a number.</summary>
    public string Text { get; private init; } = "";

    public List<(string Name, int Offset, JsonSyntax Value)> Members { get; } = [];

    public List<JsonSyntax> Items { get; } = [];

    /// <summary>Parses strictly: no comments, no trailing commas, nothing behind the value.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static JsonSyntax Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Strict);
        reader.Read();
        var root = Value(ref reader);
        reader.Read();
        return root;
    }

    /// <summary>Line and column of a byte, both counted from 1; columns count characters.</summary>
    public static (int Line, int Column) Locate(ReadOnlySpan<byte> json, int offset)
    {
        var before = json[..Math.Min(offset, json.Length)];
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }

    private static JsonSyntax Value(ref Utf8JsonReader reader)
    {
        var node = new JsonSyntax
        {
            Kind = reader.TokenType,
            Start = (int)reader.TokenStartIndex,
            Text = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString()!,
                JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
                _ => "",
            },
        };
        if (reader.TokenType is JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var (name, offset) = (reader.GetString()!, (int)reader.TokenStartIndex);
                reader.Read();
                node.Members.Add((name, offset, Value(ref reader)));
            }
        }
        else if (reader.TokenType is JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
            {
                node.Items.Add(Value(ref reader));
            }
        }

        node.End = (int)reader.BytesConsumed;
        return node;
    }
}
