using System.Buffers;
using System.Text;
using System.Text.Json;

namespace KernelHost.Models.Http;

/// <summary>
/// Looks for the line by which a provider reports a fault in the middle of a stream: <c>data: {"error":...}</c>, or a bare JSON object in
/// Ollama's streams. The providers' libraries pass over such lines or keep their text to themselves.
/// </summary>
internal sealed class FaultWatch
{
    // A line longer than this is no report of a fault, and keeping it would double the memory of a large answer.
    private const int LongestLine = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _line = new(1024);
    private bool _tooLong;

    /// <summary>Reads on.</summary>
    /// <param name="chunk">What has arrived; empty at the end of the stream.</param>
    /// <param name="harmless">How many of the bytes come before the line with the fault; all of them when there is none.</param>
    /// <returns>The JSON that reports a fault, or <see langword="null"/>.</returns>
    public string? Inspect(ReadOnlySpan<byte> chunk, out int harmless)
    {
        harmless = 0;
        if (chunk.IsEmpty)
        {
            return TakeLine();
        }

        var rest = chunk;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            Keep(end < 0 ? rest : rest[..end]);
            if (end < 0)
            {
                break;
            }

            if (TakeLine() is { } fault)
            {
                return fault;
            }

            rest = rest[(end + 1)..];
            harmless = chunk.Length - rest.Length;
        }

        harmless = chunk.Length;
        return null;
    }

    /// <summary>The JSON object in a body or a line if it reports a fault, or <see langword="null"/>.</summary>
    public static string? Find(ReadOnlySpan<byte> text)
    {
        var json = text.StartsWith("data:"u8) ? text["data:"u8.Length..] : text;
        json = json.Trim(" \r\n\t"u8);

        // Inside a JSON string the quotes would be escaped, so almost every line is done with after this search.
        return !json.IsEmpty && json[0] == '{' && json.IndexOf("\"error\""u8) >= 0 && HasError(json) ? Encoding.UTF8.GetString(json) : null;
    }

    private static bool HasError(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var found = reader.ValueTextEquals("error"u8);
                reader.Read();
                if (found)
                {
                    return reader.TokenType != JsonTokenType.Null;
                }

                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // Not for this class to judge: the provider's library reads the text and says what is wrong with it.
            return false;
        }

        return false;
    }

    private void Keep(ReadOnlySpan<byte> part)
    {
        _tooLong |= _line.WrittenCount + part.Length > LongestLine;
        if (!_tooLong)
        {
            _line.Write(part);
        }
    }

    private string? TakeLine()
    {
        var fault = _tooLong ? null : Find(_line.WrittenSpan);
        _line.ResetWrittenCount();
        _tooLong = false;
        return fault;
    }
}
