namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>Writes a row of a table so that it can be understood without the rest of it.</summary>
internal static class TableRow
{
    /// <param name="columns">The names of the columns, where the table has them.</param>
    /// <param name="cells">The cells.</param>
    public static string Write(IReadOnlyList<string>? columns, IReadOnlyList<string> cells) => columns is null
        ? string.Join(" | ", cells).Trim(' ', '|')
        : string.Join("; ", cells.Select((cell, i) => cell.Length == 0 ? "" : i < columns.Count && columns[i].Length > 0 ? $"{columns[i]}: {cell}" : cell).Where(static cell => cell.Length > 0));
}
