using System.CommandLine;

namespace KernelHost.Cli.Invocation;

/// <summary>The values of <see cref="GlobalOptions"/> on one command line.</summary>
internal sealed record CliOptions
{
    public bool Json { get; init; }

    public Verbosity Verbosity { get; init; } = Verbosity.Normal;

    public string? Config { get; init; }

    public string? Data { get; init; }

    public IReadOnlyList<string> Plugins { get; init; } = [];

    public IReadOnlyList<string> Agents { get; init; } = [];

    public bool NoColor { get; init; }

    /// <summary>Whether <c>dotnet run</c> started the process.</summary>
    public bool DotnetRun { get; init; }

    /// <exception cref="UsageException">A path is empty or no path at all.</exception>
    public static CliOptions Read(GlobalOptions globals, ParseResult parse, bool dotnetRun) => new()
    {
        Json = globals.IsJson(parse),
        Verbosity = globals.VerbosityOf(parse),
        Config = CheckPath("--config", parse.GetValue(globals.Config)),
        Data = CheckPath("--data", parse.GetValue(globals.Data)),
        Plugins = CheckDirectories("--plugins", parse.GetValue(globals.Plugins)),
        Agents = CheckDirectories("--agents", parse.GetValue(globals.Agents)),
        NoColor = parse.GetValue(globals.NoColor),
        DotnetRun = dotnetRun,
    };

    private static List<string> CheckDirectories(string option, string[]? paths) => [.. (paths ?? []).Select(path => Directory.Exists(CheckPath(option, path))
        ? path
        : throw new UsageException($"The directory {Unknown.Show(path)} of {option} does not exist. Correct the path, or leave {option} out."))];

    private static string? CheckPath(string option, string? path) => path is null || (path.Trim().Length > 0 && !path.Contains('\0', StringComparison.Ordinal))
        ? path
        : throw new UsageException($"The path of {option} is empty. Give a path, or leave {option} out.");
}
