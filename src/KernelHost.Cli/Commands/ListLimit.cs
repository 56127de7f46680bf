using System.CommandLine;
using System.Globalization;
using KernelHost.Cli.Invocation;

namespace KernelHost.Cli.Commands;

/// <summary>How many rows a list has.</summary>
internal static class ListLimit
{
    private const int Most = 10_000;

    // Text, because the parser's own message for a number that is none says nothing of the range.
    public static Option<string?> Create(string name = "--limit", string description = "At most this many. [default: 50]") =>
        new(name) { Description = description, HelpName = "N" };

    public static int Read(CliContext context, Option<string?> option, int most = Most, int preset = 50) => context.Get(option) switch
    {
        null => preset,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most => number,
        var text => throw new UsageException($"{Unknown.Show(text)} is no value of {option.Name}. Give a whole number from 1 to {most}."),
    };
}
