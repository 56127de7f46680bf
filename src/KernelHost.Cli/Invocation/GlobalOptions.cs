using System.CommandLine;
using System.CommandLine.Parsing;

namespace KernelHost.Cli.Invocation;

/// <summary>The options every command takes.</summary>
internal sealed class GlobalOptions
{
    private static readonly string[] Formats = ["text", "json"];

    private static readonly Dictionary<string, Invocation.Verbosity> Levels = new(StringComparer.OrdinalIgnoreCase)
    {
        ["quiet"] = Invocation.Verbosity.Quiet,
        ["q"] = Invocation.Verbosity.Quiet,
        ["minimal"] = Invocation.Verbosity.Minimal,
        ["m"] = Invocation.Verbosity.Minimal,
        ["normal"] = Invocation.Verbosity.Normal,
        ["n"] = Invocation.Verbosity.Normal,
        ["detailed"] = Invocation.Verbosity.Detailed,
        ["d"] = Invocation.Verbosity.Detailed,
        ["diagnostic"] = Invocation.Verbosity.Diagnostic,
        ["diag"] = Invocation.Verbosity.Diagnostic,
    };

    public GlobalOptions()
    {
        Output.Validators.Add(result => Refuse(result, Formats));
        Verbosity.Validators.Add(result => Refuse(result, Levels.Keys));
    }

    public Option<string> Output { get; } = new("--output", "-o")
    {
        Description = "text, or json: one document on standard output, errors too. [default: text]",
        HelpName = "text|json",
        Recursive = true,
    };

    public Option<string> Config { get; } = new("--config")
    {
        Description = "A JSON file with settings, over appsettings.json.",
        HelpName = "FILE",
        Recursive = true,
    };

    public Option<string> Data { get; } = new("--data")
    {
        Description = "The directory that keeps journal, memory and plugin data.",
        HelpName = "DIR",
        Recursive = true,
    };

    public Option<string[]> Plugins { get; } = new("--plugins")
    {
        Description = "One more directory of plugins. May be repeated.",
        HelpName = "DIR",
        Recursive = true,
        Arity = new ArgumentArity(1, 1000),
    };

    public Option<string[]> Agents { get; } = new("--agents")
    {
        Description = "One more directory of agent files. May be repeated.",
        HelpName = "DIR",
        Recursive = true,
        Arity = new ArgumentArity(1, 1000),
    };

    public Option<bool> NoColor { get; } = new("--no-color")
    {
        Description = "No colours. So does the environment variable NO_COLOR.",
        Recursive = true,
    };

    public Option<string> Verbosity { get; } = new("--verbosity", "-v")
    {
        Description = "How much to tell on standard error: quiet, minimal, normal, detailed or diagnostic. [default: normal]",
        HelpName = "LEVEL",
        Recursive = true,
    };

    public IEnumerable<Option> All => [Output, Verbosity, Config, Data, Plugins, Agents, NoColor];

    public bool IsJson(ParseResult parse) => string.Equals(parse.GetValue(Output), "json", StringComparison.OrdinalIgnoreCase);

    public Invocation.Verbosity VerbosityOf(ParseResult parse) =>
        parse.GetValue(Verbosity) is { } name && Levels.TryGetValue(name, out var level) ? level : Invocation.Verbosity.Normal;

    private static void Refuse(OptionResult result, IEnumerable<string> known)
    {
        foreach (var token in result.Tokens)
        {
            if (!known.Contains(token.Value, StringComparer.OrdinalIgnoreCase))
            {
                var names = known.Where(name => name.Length > 4 || name is "text" or "json");
                result.AddError($"'{token.Value}' is no value of {result.Option.Name}. Use one of: {string.Join(", ", names)}.");
            }
        }
    }
}
