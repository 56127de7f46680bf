using System.Globalization;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>Tables as text (RFC 4180 and its cousins): each row is a record that names its columns.</summary>
internal sealed class CsvFormat : DocumentFormat
{
    private static readonly char[] Separators = [',', ';', '\t', '|'];

    public override string Name => "CSV";

    public override IReadOnlyList<string> Extensions => [".csv", ".tsv"];

    public override ParsedDocument Read(DocumentInput input)
    {
        var text = input.Text;
        var builder = new DocumentBuilder(input);
        string[]? columns = null;
        foreach (var row in new CsvReader(text, SeparatorOf(text)).Read(input))
        {
            if (row.All(static cell => string.IsNullOrWhiteSpace(cell)))
            {
                continue;
            }

            if (columns is null)
            {
                columns = NamesOf(row);
                if (columns is not null)
                {
                    continue;
                }

                columns = [.. row.Select(static (_, i) => string.Create(CultureInfo.InvariantCulture, $"column {i + 1}"))];
            }

            builder.Record(path: null, string.Join('\n', row
                .Select((cell, i) => (Name: i < columns.Length ? columns[i] : string.Create(CultureInfo.InvariantCulture, $"column {i + 1}"), Cell: cell.Trim()))
                .Where(static pair => pair.Cell.Length > 0)
                .Select(static pair => $"{pair.Name}: {pair.Cell}")));
        }

        return builder.Build();
    }

    // The separator that the first line uses most, outside of quotes.
    private static char SeparatorOf(string text)
    {
        var counts = new int[Separators.Length];
        var isQuoted = false;
        foreach (var character in text)
        {
            isQuoted ^= character == '"';
            if (character == '\n' && !isQuoted)
            {
                break;
            }

            if (!isQuoted && Array.IndexOf(Separators, character) is >= 0 and var index)
            {
                counts[index]++;
            }
        }

        return Separators[Array.IndexOf(counts, counts.Max())];
    }

    // The first row names the columns unless it looks like data: a number, a gap, or twice the same.
    private static string[]? NamesOf(IReadOnlyList<string> row)
    {
        string[] names = [.. row.Select(static cell => cell.Trim())];
        return names.All(static name => name.Length is > 0 and <= 100 && !double.TryParse(name, CultureInfo.InvariantCulture, out _))
            && names.Distinct(StringComparer.OrdinalIgnoreCase).Count() == names.Length ? names : null;
    }
}
