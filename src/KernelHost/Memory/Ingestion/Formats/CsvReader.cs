using System.Text;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>Cuts text into rows and cells: quoted cells hold separators, line feeds, and doubled quotes.</summary>
internal sealed class CsvReader(string text, char separator)
{
    private int _position;

    public IEnumerable<IReadOnlyList<string>> Read(DocumentInput input)
    {
        while (_position < text.Length)
        {
            input.CountRow();
            List<string> row = [];
            do
            {
                input.CountCell();
                row.Add(ReadCell(input));
            }
            while (TakeSeparator());

            yield return row;
        }
    }

    private bool TakeSeparator()
    {
        // Behind a cell stands a separator, a line feed, or nothing.
        return _position < text.Length && text[_position++] == separator;
    }

    private string ReadCell(DocumentInput input)
    {
        if (_position >= text.Length || text[_position] != '"')
        {
            return ReadPlain();
        }

        var cell = new StringBuilder();
        for (_position++; _position < text.Length; _position++)
        {
            if (text[_position] != '"')
            {
                cell.Append(text[_position]);
            }
            else if (_position + 1 < text.Length && text[_position + 1] == '"')
            {
                cell.Append('"');
                _position++;
            }
            else
            {
                _position++;
                // What follows a closing quote belongs to the cell, as spreadsheets read it.
                return cell.Append(ReadPlain()).ToString();
            }
        }

        input.Warn("A quotation mark is never closed, so its cell reaches to the end of the file.");
        return cell.ToString();
    }

    private string ReadPlain()
    {
        var start = _position;
        while (_position < text.Length && text[_position] != separator && text[_position] != '\n')
        {
            _position++;
        }

        return text[start.._position];
    }
}
