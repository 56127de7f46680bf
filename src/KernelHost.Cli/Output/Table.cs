namespace KernelHost.Cli.Output;

/// <summary>Rows under headings: drawn to the width of a terminal (as records where it is too narrow), or as aligned columns in a pipe or file.</summary>
internal sealed class Table(params string[] headings)
{
    // A column that is cut in a pipe would be lost data; one that is padded to a megabyte would be no table.
    private const int PadLimit = 80;

    private const int LongestUnbroken = 20;

    // A text in a narrower column reads downwards.
    private const int LeastText = 16;

    private readonly List<string[]> _rows = [];

    public IReadOnlyList<string> Headings => headings;

    public IReadOnlyList<string[]> Rows => _rows;

    /// <summary>Adds a row; its text may come from anywhere and is made safe here.</summary>
    public void Add(params string?[] cells) => _rows.Add([.. cells.Select(cell => TerminalText.Line(cell ?? ""))]);

    public void Write(Screen screen)
    {
        if (screen.OutIsTerminal)
        {
            if (LeastWidth() <= screen.Width)
            {
                SpectreOutput.Write(this, screen);
            }
            else
            {
                WriteRecords(screen.Out);
            }

            return;
        }

        var widths = headings.Select((heading, column) => Math.Min(PadLimit, _rows.Select(row => row[column].Length).Append(heading.Length).Max())).ToArray();
        WriteRow(screen.Out, [.. headings.Select(heading => heading.ToUpperInvariant())], widths);
        foreach (var row in _rows)
        {
            WriteRow(screen.Out, row, widths);
        }
    }

    /// <summary>Whether all of a column is kept on one line: an id or a time that is broken over two can be neither read nor copied.</summary>
    public bool IsUnbroken(int column) => _rows.All(row => row[column].Length <= LongestUnbroken);

    // Two blanks and a line stand between columns.
    private int LeastWidth() => headings.Select((heading, column) =>
    {
        var longest = Math.Max(heading.Length, _rows.Select(row => row[column].Length).DefaultIfEmpty().Max());
        return (IsUnbroken(column) ? longest : Math.Max(heading.Length, Math.Min(longest, LeastText))) + 3;
    }).Sum() + 1;

    // What has no room side by side stands one below the other; nothing is left out.
    private void WriteRecords(TextWriter output)
    {
        var width = headings.Max(static heading => heading.Length);
        for (var row = 0; row < _rows.Count; row++)
        {
            if (row > 0)
            {
                output.WriteLine();
            }

            for (var column = 0; column < headings.Length; column++)
            {
                if (_rows[row][column].Length > 0)
                {
                    output.WriteLine($"{headings[column].PadRight(width)}  {_rows[row][column]}");
                }
            }
        }

        output.Flush();
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
