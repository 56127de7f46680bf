using System.CommandLine;
using System.CommandLine.Parsing;
using KernelHost.Cli.Output;
using KernelHost.Text;

namespace KernelHost.Cli.Invocation;

/// <summary>Says what is wrong with a command line.</summary>
internal static class ParseProblem
{
    private const int MessageLength = 400;

    public static string Describe(ParseResult parse)
    {
        var problems = (StrayOption(parse) ?? MissingCommand(parse)) is { } problem
            ? [problem]
            : parse.Errors.Select(error => TerminalText.Line(error.Message, MessageLength)).Distinct().Take(5).ToList();
        return $"{string.Join(" ", problems)} See '{CommandPath(parse.CommandResult)} --help'.";
    }

    /// <summary>An argument that looks like an option is a typing error, not a request; <c>--</c> before it says otherwise.</summary>
    public static string? StrayOption(ParseResult parse)
    {
        if (parse.Tokens.Any(token => token.Type == TokenType.DoubleDash))
        {
            return null;
        }

        foreach (var result in parse.CommandResult.Children.OfType<ArgumentResult>())
        {
            if (result.Tokens.FirstOrDefault(token => token.Value is ['-', not (' ' or '-'), ..] or ['-', '-', ..]) is { } token)
            {
                return $"There is no option {Unknown.Show(token.Value)}.{NearestName.Hint(token.Value, Options(parse.CommandResult))} If it is meant as text, put '--' before it.";
            }
        }

        return null;
    }

    private static string? MissingCommand(ParseResult parse)
    {
        var names = parse.CommandResult.Command.Subcommands.Select(command => command.Name).ToList();
        if (names.Count == 0)
        {
            return null;
        }

        return parse.UnmatchedTokens.Count == 0
            ? $"Say what to do: one of {string.Join(", ", names)}."
            : $"There is no command {Unknown.Show(parse.UnmatchedTokens[0])}.{NearestName.Hint(parse.UnmatchedTokens[0], names)} There is {string.Join(", ", names)}.";
    }

    /// <summary>Whether errors are wanted as JSON, as far as a faulty command line tells.</summary>
    public static bool WantsJson(GlobalOptions globals, ParseResult parse)
    {
        var names = globals.Output.Aliases.Append(globals.Output.Name).ToList();
        for (var i = 1; i < parse.Tokens.Count; i++)
        {
            if (parse.Tokens[i].Value.Equals("json", StringComparison.OrdinalIgnoreCase) && names.Contains(parse.Tokens[i - 1].Value))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<string> Options(CommandResult command)
    {
        for (SymbolResult? at = command; at is not null; at = at.Parent)
        {
            if (at is CommandResult level)
            {
                foreach (var option in level.Command.Options)
                {
                    yield return option.Name;
                }
            }
        }
    }

    private static string CommandPath(CommandResult command)
    {
        List<string> names = [];
        for (SymbolResult? at = command; at is CommandResult level; at = at.Parent)
        {
            names.Insert(0, level.Command is RootCommand ? "kernelhost" : level.Command.Name);
        }

        return string.Join(' ', names);
    }
}
