using System.Globalization;
using System.Text.Json;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>A JSON value on each line: each is a record.</summary>
internal sealed class NdjsonFormat : DocumentFormat
{
    public override string Name => "NDJSON";

    public override IReadOnlyList<string> Extensions => [".ndjson", ".jsonl"];

    public override ParsedDocument Read(DocumentInput input)
    {
        var builder = new DocumentBuilder(input);
        var invalid = 0;
        foreach (var line in input.Text.Split('\n'))
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            input.CountRow();
            try
            {
                using var document = JsonDocument.Parse(line, JsonRecord.OptionsFor(input.Limits));
                builder.Record(path: null, JsonRecord.Write(document.RootElement, input));
            }
            catch (JsonException exception)
            {
                JsonRecord.RefuseDeep(exception, input.Limits);
                invalid++;
                builder.Record(path: null, line);
            }
        }

        if (invalid > 0)
        {
            input.Warn(string.Create(CultureInfo.InvariantCulture, $"{invalid:N0} of its lines are not valid JSON and are read as plain text."));
        }

        return builder.Build();
    }
}
