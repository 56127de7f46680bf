using System.CommandLine;
using KernelHost.Catalog;
using KernelHost.Cli.Invocation;
using KernelHost.Memory;

namespace KernelHost.Cli.Commands;

/// <summary><c>ingest PATH...</c></summary>
internal static class IngestCommand
{
    private const int LongestName = 200;
    private static readonly string[] Integrities = ["untrusted", "typed", "trusted"];

    public static Command Create(CommandExecution execute)
    {
        var paths = new Argument<string[]>("PATH") { Description = "Files, directories, and patterns such as 'docs/**/*.md' in quotes.", Arity = ArgumentArity.OneOrMore };
        var collection = new Option<string?>("--collection") { Description = "The collection. It then holds these documents and no others.", HelpName = "NAME" };
        var readers = new Option<string?>("--readers") { Description = "Who may see them: principals and groups, separated by commas. [default: everybody who may search]", HelpName = "NAMES" };
        var tenant = new Option<string?>("--tenant") { Description = "Whose documents they are, in a collection that tenants share.", HelpName = "NAME" };
        var integrity = new Option<string?>("--integrity") { Description = $"How far their text is trusted to hold no instructions of an attacker: {string.Join(", ", Integrities)}. [default: untrusted]", HelpName = "LEVEL" };
        var watch = new Option<bool>("--watch") { Description = "Goes on and takes up what changes, until Ctrl+C." };
        var replace = new Option<bool>("--replace") { Description = "Lets these documents take the place of those that came from another directory." };
        var reembed = new Option<bool>("--reembed") { Description = "Embeds a collection of another embedding model anew." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Says what would be done." };
        return new Command("ingest", "Takes documents up into a collection that agents can search. What is unchanged costs next to nothing.")
            { paths, collection, readers, tenant, integrity, watch, replace, reembed, dryRun }
            .Does(execute, context =>
            {
                var places = IngestPlaces.Resolve(context.Get(paths)!, Environment.CurrentDirectory);
                var request = new IngestRequest(Collection(context.Get(collection)), places.Directory, places.Patterns)
                {
                    Readers = Readers(context.Get(readers)),
                    Tenant = Name("--tenant", context.Get(tenant)),
                    Integrity = Level(context.Get(integrity)),
                    IncludeHidden = false,
                    MayReplace = context.Get(replace),
                    Reembed = context.Get(reembed),
                    IsDryRun = context.Get(dryRun),
                };
                return context.Get(watch) ? WatchAsync(context, request) : RunAsync(context, request);
            });
    }

    private static async Task<int> RunAsync(CliContext context, IngestRequest request)
    {
        await new IngestRun(context, request).IngestAsync(isLine: false);
        return ExitCode.Done;
    }

    private static async Task<int> WatchAsync(CliContext context, IngestRequest request) => request.IsDryRun
        ? throw new UsageException("'--watch' and '--dry-run' do not go together. Leave one out.")
        : await new IngestRun(context, request).WatchAsync(TimeProvider.System);

    private static string Collection(string? name) => name switch
    {
        null => throw new UsageException("Into which collection? Name it with --collection."),
        _ when CollectionNames.IsValid(name) => name,
        _ => throw new UsageException($"{Unknown.Show(name)} is no collection's name. Use {CollectionNames.Form}."),
    };

    private static IReadOnlyList<string> Readers(string? names)
    {
        if (names is null)
        {
            return [];
        }

        string[] readers = [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

        // Nobody named would mean everybody: the opposite of what was meant.
        return readers.Length == 0 ? throw new UsageException("--readers names nobody. Give names, or leave it out for everybody.") : [.. readers.Select(reader => Name("--readers", reader)!)];
    }

    private static string? Name(string option, string? name) => name is null || (name.Trim().Length > 0 && name.Length <= LongestName)
        ? name?.Trim()
        : throw new UsageException($"{Unknown.Show(name)} is no name for {option}. Give one of at most {LongestName} characters.");

    private static Integrity Level(string? level) => level switch
    {
        null => Integrity.Untrusted,
        _ when Integrities.Contains(level) => Enum.Parse<Integrity>(level, ignoreCase: true),
        _ => throw Unknown.Name("level of integrity", level, Integrities),
    };
}
