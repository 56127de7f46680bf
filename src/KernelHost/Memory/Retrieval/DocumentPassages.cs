using System.Globalization;
using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Retrieval;

/// <summary>Reads passages from records of chunks and sections.</summary>
internal static class DocumentPassages
{
    public static Passage Read(Record record, double score) => new(Text(record, DocumentSchema.Source) ?? "", Text(record, DocumentSchema.Text) ?? "")
    {
        Title = Text(record, DocumentSchema.Title),
        Section = Text(record, DocumentSchema.Section),
        Score = score,
        Id = Convert.ToString(record.Key, CultureInfo.InvariantCulture),
        Version = Text(record, DocumentSchema.Version),
        Page = record[DocumentSchema.Page] is long page and > 0 and <= int.MaxValue ? (int)page : null,
        Position = record[DocumentSchema.Ordinal] as long?,
        Integrity = ReadIntegrity(record),
        Readers = record[DocumentSchema.Readers] is IReadOnlyList<object?> readers ? [.. readers.OfType<string>()] : [],
        Ingester = Text(record, DocumentSchema.Ingester),
    };

    /// <summary>The passage with the whole section that it was cut from.</summary>
    public static Passage Widen(Passage passage, Record section) => passage with
    {
        Text = Text(section, DocumentSchema.Content) ?? passage.Text,
        Section = Text(section, DocumentSchema.Section) ?? passage.Section,
        Id = Convert.ToString(section.Key, CultureInfo.InvariantCulture),
        // The weaker of the two labels: the text shown is the section's, what led to it is the chunk's.
        Integrity = (Integrity)Math.Max((int)passage.Integrity, (int)ReadIntegrity(section)),
    };

    public static string? Text(Record record, string field) => record[field] as string;

    // What is not known to be better is untrusted.
    private static Integrity ReadIntegrity(Record record) => Text(record, DocumentSchema.Integrity) switch
    {
        "trusted" => Integrity.Trusted,
        "typed" => Integrity.Typed,
        _ => Integrity.Untrusted,
    };
}
