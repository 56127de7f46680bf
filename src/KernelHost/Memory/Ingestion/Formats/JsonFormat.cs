using System.Globalization;
using System.Text.Json;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>JSON: each element of the outermost lists is a record whose lines name their path.</summary>
internal sealed class JsonFormat : DocumentFormat
{
    public override string Name => "JSON";

    public override IReadOnlyList<string> Extensions => [".json"];

    public override ParsedDocument Read(DocumentInput input)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(input.Text, JsonRecord.OptionsFor(input.Limits));
        }
        catch (JsonException exception)
        {
            JsonRecord.RefuseDeep(exception, input.Limits);
            input.Warn(string.Create(CultureInfo.InvariantCulture, $"It is not valid JSON (line {exception.LineNumber + 1}) and is read as plain text."));
            return PlainTextFormat.Read(input.Text);
        }

        using (document)
        {
            var builder = new DocumentBuilder(input);
            Read(document.RootElement, builder, input);
            return builder.Build();
        }
    }

    private static void Read(JsonElement root, DocumentBuilder builder, DocumentInput input)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            Add(root, path: null, builder, input);
            return;
        }

        if (root.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in root.EnumerateObject().Where(static property => IsList(property.Value)))
            {
                Add(property.Value, property.Name, builder, input);
            }
        }

        input.CountRow();
        builder.Record(path: null, JsonRecord.Write(root, input, static value => IsList(value)));
    }

    private static void Add(JsonElement list, string? path, DocumentBuilder builder, DocumentInput input)
    {
        foreach (var element in list.EnumerateArray())
        {
            input.CountRow();
            builder.Record(path, JsonRecord.Write(element, input));
        }
    }

    private static bool IsList(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().FirstOrDefault().ValueKind == JsonValueKind.Object;
}
