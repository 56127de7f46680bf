using System.Text;
using System.Text.Json;
using KernelHost.Cli.Output;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Commands;

/// <summary>One event of a journal as a line of NDJSON: where it stands, what it is, its hash, and the event itself under <c>event</c>.</summary>
internal static class JournalLine
{
    public static void Write(TextWriter output, JournalEntry entry)
    {
        using var buffer = new MemoryStream();
        // The default encoder: nothing that a terminal or a log would act on is written as it is.
        using (var writer = new Utf8JsonWriter(buffer))
        {
            using var recorded = JsonDocument.Parse(entry.Json);
            writer.WriteStartObject();
            writer.WriteString("session", entry.SessionId);
            writer.WriteNumber("sequence", entry.Sequence);
            writer.WriteString("type", entry.Type);
            writer.WriteNumber("version", entry.Version);
            if (recorded.RootElement.TryGetProperty("time", out var time) && time.ValueKind == JsonValueKind.String && time.TryGetDateTimeOffset(out var at))
            {
                writer.WriteString("time", JsonOutput.Time(at));
            }

            writer.WriteString("hash", entry.Hash);
            writer.WritePropertyName("event");
            recorded.RootElement.WriteTo(writer);
            writer.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }
}
