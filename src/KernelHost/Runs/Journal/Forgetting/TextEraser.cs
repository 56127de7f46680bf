using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace KernelHost.Runs.Journal.Forgetting;

/// <summary>Takes texts out of JSON: wherever one occurs in a string or a name, word for word, also where the string is JSON itself and holds it escaped.</summary>
internal sealed class TextEraser
{
    /// <summary>What stands where a text was.</summary>
    public const string Mark = "[forgotten]";

    private readonly string[] _forms;

    public TextEraser(IEnumerable<string> texts) =>
        _forms = [.. texts.SelectMany(static text => new[] { text, JavaScriptEncoder.Default.Encode(text), JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text) })
            .Distinct(StringComparer.Ordinal).OrderByDescending(static form => form.Length)];

    /// <summary>The text in all the forms that are looked for, longest first.</summary>
    public IReadOnlyList<string> Forms => _forms;

    /// <summary>The JSON without the texts, or <see langword="null"/> when it holds none.</summary>
    public byte[]? Erase(ReadOnlySpan<byte> json)
    {
        var output = new ArrayBufferWriter<byte>(json.Length);
        var erased = false;
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true }))
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
                erased |= Copy(ref reader, writer);
            }
        }

        return erased ? output.WrittenSpan.ToArray() : null;
    }

    /// <summary>The text without the texts, or <see langword="null"/> when it holds none.</summary>
    public string? Erase(string text)
    {
        var rest = text;
        foreach (var form in _forms)
        {
            rest = rest.Replace(form, Mark, StringComparison.Ordinal);
        }

        return ReferenceEquals(rest, text) || rest == text ? null : rest;
    }

    private bool Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                return false;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                return false;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                return false;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                return false;
            case JsonTokenType.PropertyName:
                var name = reader.GetString()!;
                var newName = Erase(name);
                writer.WritePropertyName(newName ?? name);
                return newName is not null;
            case JsonTokenType.String:
                var value = reader.GetString()!;
                var newValue = Erase(value);
                writer.WriteStringValue(newValue ?? value);
                return newValue is not null;
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                return false;
        }
    }
}
