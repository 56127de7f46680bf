using Spectre.Console;
using PlainText = Spectre.Console.Text;

namespace KernelHost.Cli.Output;

/// <summary>The only place that knows Spectre.Console, so that output without a terminal never loads it.</summary>
internal static class SpectreOutput
{
    public static void Write(Table table, Screen screen)
    {
        var drawn = new Spectre.Console.Table().Border(TableBorder.Simple);
        for (var column = 0; column < table.Headings.Count; column++)
        {
            drawn.AddColumn(new TableColumn(new PlainText(table.Headings[column], new Style(decoration: Decoration.Bold))) { NoWrap = table.IsUnbroken(column) });
        }

        foreach (var row in table.Rows)
        {
            drawn.AddRow(row.Select(cell => new PlainText(cell)));
        }

        Console(screen.Out, screen).Write(drawn);
        screen.Out.Flush();
    }

    public static void Write(Fields fields, TextWriter output, Screen screen)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        foreach (var (name, value) in fields.Items)
        {
            grid.AddRow(new PlainText(name, new Style(decoration: Decoration.Bold)), new PlainText(value));
        }

        Console(output, screen).Write(new Panel(grid).Header(new PanelHeader(Markup.Escape(fields.Title))).Border(BoxBorder.Rounded));
        output.Flush();
    }

    private static IAnsiConsole Console(TextWriter output, Screen screen)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = screen.Color ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = screen.Color ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = screen.Width;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
