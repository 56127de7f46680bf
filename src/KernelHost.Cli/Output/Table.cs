namespace KernelHost.Cli.Output;

/// <summary>Rows under headings: drawn to the width of a terminal, or as aligned columns in a pipe or file.</summary>
internal sealed class Table(params string[] headings)
{
    // A column that is cut in a pipe would be lost data; one that is padded to a megabyte would be no table.
    private const int PadLimit = 80;

    private readonly List<string[]> _rows = [];

    public IReadOnlyList<string> Headings => headings;

    public IReadOnlyList<string[]> Rows => _rows;

    /// <summary>Adds a row; its text may come from anywhere and is made safe here.</summary>
    public void Add(params string?[] cells) => _rows.Add([.. cells.Select(cell => TerminalText.Line(cell ?? ""))]);

    public void Write(Screen screen)
    {
        if (screen.OutIsTerminal)
        {
            SpectreOutput.Write(this, screen);
            return;
        }

        var widths = headings.Select((heading, column) => Math.Min(PadLimit, _rows.Select(row => row[column].Length).Append(heading.Length).Max())).ToArray();
        WriteRow(screen.Out, [.. headings.Select(heading => heading.ToUpperInvariant())], widths);
        foreach (var row in _rows)
        {
            WriteRow(screen.Out, row, widths);
        }
    }

    private static void WriteRow(TextWriter output, string[] cells, int[] widths)
    {
        for (var column = 0; column < cells.Length; column++)
        {
            var last = column == cells.Length - 1;
            output.Write(last ? cells[column] : cells[column].PadRight(widths[column]) + "  ");
        }

        output.WriteLine();
    }
}
