namespace KernelHost.Cli.Output;

/// <summary>Names and values, one under the other, in a frame on a terminal.</summary>
internal sealed class Fields(string title)
{
    private readonly List<(string Name, string Value)> _items = [];

    public string Title { get; } = TerminalText.Line(title);

    public IReadOnlyList<(string Name, string Value)> Items => _items;

    /// <summary>Adds a value on one line; an empty one is left out.</summary>
    public Fields Add(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _items.Add((name, TerminalText.Line(value)));
        }

        return this;
    }

    /// <summary>Adds a value of several lines that has been made safe already.</summary>
    public Fields AddBlock(string name, string safeText)
    {
        _items.Add((name, safeText));
        return this;
    }

    /// <summary>Commands to type, by what they do. A frame would break their lines, so they stand below it.</summary>
    public Dictionary<string, string> Commands { get; } = [];

    public void Write(TextWriter output, bool isTerminal, Screen screen)
    {
        if (isTerminal)
        {
            SpectreOutput.Write(this, output, screen);
            WriteLines(output, [.. Commands.Select(command => (command.Key, TerminalText.Line(command.Value)))]);
            return;
        }

        output.WriteLine(Title);
        WriteLines(output, [.. _items, .. Commands.Select(command => (command.Key, TerminalText.Line(command.Value)))]);
    }

    private static void WriteLines(TextWriter output, List<(string Name, string Value)> items)
    {
        var width = items.Count == 0 ? 0 : items.Max(item => item.Name.Length);
        foreach (var (name, value) in items)
        {
            var lines = value.Split('\n');
            output.WriteLine($"  {name.PadRight(width)}  {lines[0]}");
            foreach (var line in lines.Skip(1))
            {
                output.WriteLine($"  {new string(' ', width)}  {line}".TrimEnd());
            }
        }
    }
}
