using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace KernelHost.Runs.Journal;

/// <summary>
/// Takes large members (results, requests, instructions ...) out of an event's JSON, so that the same text is stored once, and puts them back.
/// Only members of the event itself are taken, whose names are ours: nothing a tool or a model writes can pass for a reference.
/// </summary>
internal static class LargeMembers
{
    /// <summary>A member whose value has more bytes than this is stored as a content.</summary>
    public const int Threshold = 4096;

    public static (StoredEvent Event, IReadOnlyList<Content> Contents) Split(byte[] json, int version)
    {
        if (json.Length <= Threshold)
        {
            return (new StoredEvent(version, json, null), []);
        }

        List<Content> contents = [];
        var rest = new ArrayBufferWriter<byte>(1024);
        var parts = new ArrayBufferWriter<byte>();
        using (var restWriter = new Utf8JsonWriter(rest, new JsonWriterOptions { SkipValidation = true }))
        using (var partsWriter = new Utf8JsonWriter(parts))
        {
            restWriter.WriteStartObject();
            partsWriter.WriteStartObject();
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                var value = json.AsSpan(start..(int)reader.BytesConsumed);
                if (value.Length <= Threshold)
                {
                    restWriter.WritePropertyName(name);
                    restWriter.WriteRawValue(value, skipInputValidation: true);
                    continue;
                }

                var content = new Content(SHA256.HashData(value), value.ToArray());
                contents.Add(content);
                partsWriter.WriteString(name, Convert.ToHexStringLower(content.Hash));
            }

            restWriter.WriteEndObject();
            partsWriter.WriteEndObject();
        }

        return contents.Count == 0
            ? (new StoredEvent(version, json, null), contents)
            : (new StoredEvent(version, rest.WrittenSpan.ToArray(), parts.WrittenSpan.ToArray()), contents);
    }

    /// <summary>The whole event again; the members that were taken out come last.</summary>
    /// <param name="stored">What is stored.</param>
    /// <param name="find">Reads a content by its hash.</param>
    public static byte[] Join(StoredEvent stored, Func<byte[], byte[]> find)
    {
        if (stored.Parts is null)
        {
            return stored.Payload;
        }

        var json = new ArrayBufferWriter<byte>(stored.Payload.Length + Threshold * 2);
        json.Write(stored.Payload.AsSpan(..^1));
        foreach (var (name, hash) in References(stored.Parts))
        {
            // An event always has a type and a time, so something stands before the comma.
            json.Write(Encoding.UTF8.GetBytes($",\"{JsonEncodedText.Encode(name)}\":"));
            json.Write(find(hash));
        }

        json.Write("}"u8);
        return json.WrittenSpan.ToArray();
    }

    public static IReadOnlyList<(string Member, byte[] Hash)> References(byte[] parts)
    {
        using var document = JsonDocument.Parse(parts);
        return [.. document.RootElement.EnumerateObject().Select(member => (member.Name, Convert.FromHexString(member.Value.GetString()!)))];
    }
}
