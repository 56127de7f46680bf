using System.Globalization;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>A document that is to be read, and what it may cost.</summary>
internal sealed class DocumentInput(byte[] bytes, DocumentLimits limits, CancellationToken cancellationToken)
{
    private readonly List<string> _warnings = [];
    private int _rows;
    private int _cells;
    private long _characters;

    public byte[] Bytes { get; } = bytes;

    public DocumentLimits Limits { get; } = limits;

    /// <summary>Ends the reading when its time is up.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>What is worth telling about the document, although it is taken up.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>The bytes as text, with line feeds only.</summary>
    /// <exception cref="DocumentRefusedException">They are no text.</exception>
    public string Text => field ??= TextDecoding.Decode(this);

    public void Warn(string warning) => _warnings.Add(warning);

    /// <summary>Counts a row of a table or a record.</summary>
    public void CountRow()
    {
        CancellationToken.ThrowIfCancellationRequested();
        Require(++_rows, Limits.Rows, "rows or records");
    }

    /// <summary>Counts a cell or a value.</summary>
    public void CountCell() => Require(++_cells, Limits.Cells, "cells or values");

    /// <summary>Counts characters that are about to be written, for what may become far longer than the file.</summary>
    public void CountText(int length) => Require(_characters += length, Limits.Characters, "characters of text");

    /// <summary>Refuses the document when it has more of something than it may.</summary>
    public static void Require(long count, long limit, string what)
    {
        if (count > limit)
        {
            throw new DocumentRefusedException(string.Create(CultureInfo.InvariantCulture, $"It has more than {limit:N0} {what}. Split it."));
        }
    }
}
