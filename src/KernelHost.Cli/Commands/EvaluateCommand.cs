using System.CommandLine;
using System.Globalization;
using KernelHost.Catalog;
using KernelHost.Cli.Invocation;
using KernelHost.Hosting;
using KernelHost.Memory.Evaluation;

namespace KernelHost.Cli.Commands;

/// <summary><c>eval retrieval --queries FILE</c></summary>
internal static class EvaluateCommand
{
    private const int MostPassages = 100;

    public static Command Create(CommandExecution execute) => new("eval", "Measures how good something is.") { CreateRetrieval(execute) };

    private static Command CreateRetrieval(CommandExecution execute)
    {
        var target = new SearchTarget();
        var queries = new Option<string>("--queries") { Description = "Questions and what answers them, one JSON object a line.", HelpName = "FILE", Required = true };
        var retriever = new Option<string?>("--retriever") { Description = "The retriever to ask. [default: the only one]", HelpName = "NAME" };
        var collection = new Option<string?>("--collection") { Description = "The collection to ask, in place of a retriever.", HelpName = "NAME" };
        var top = ListLimit.Create("--top", "The k of recall@k and of the reciprocal rank, 1 to 100. [default: 10]");
        var options = new Option<string?>("--options") { Description = "Evaluates the configuration with these options: 'keywordWeight=2,k=20', or a JSON file with them.", HelpName = "OPTIONS" };
        var compare = new Option<string?>("--compare") { Description = "Compares with the configuration that has these options: the baseline. '-' has none.", HelpName = "OPTIONS" };
        var minimum = new Option<string?>("--min-ndcg") { Description = "Returns 1 when the nDCG@10 of the whole search is below this.", HelpName = "NUMBER" };
        var command = new Command("retrieval", "Asks a retriever questions whose answers are known, and measures recall, reciprocal rank and nDCG, leg by leg. Returns 1 below --min-ndcg, or when it is significantly worse than --compare.")
        {
            queries, retriever, collection, top, options, compare, minimum,
        };
        target.AddTo(command);
        return command.Does(execute, async context =>
        {
            var k = ListLimit.Read(context, top, MostPassages, preset: 10);
            var least = ReadMinimum(context.Get(minimum));
            var questions = ReadQueries(context.Get(queries)!);
            var request = await target.CreateAsync(context, await NameAsync(context, context.Get(retriever), context.Get(collection)));
            var measured = EvaluationOptions.Apply(context, request, "--options", context.Get(options));
            var baseline = context.Get(compare) is { } other ? EvaluationOptions.Apply(context, request, "--compare", other == "-" ? null : other) : null;
            return await EvaluateAsync(context, measured, baseline, questions, k, least);
        });
    }

    private static async Task<int> EvaluateAsync(
        CliContext context, SearchRequest request, SearchRequest? baseline, IReadOnlyList<EvaluationQuery> questions, int top, double? least)
    {
        var progress = new IngestLine(context);
        EvaluationReport report;
        EvaluationReport? other;
        try
        {
            report = await context.Host.EvaluateAsync(request, questions, top, progress, context.CancellationToken);
            other = baseline is null ? null : await context.Host.EvaluateAsync(baseline, questions, top, progress, context.CancellationToken);
        }
        finally
        {
            progress.End();
        }

        var outcome = new EvaluationOutcome(request.Retriever, report, other, least);
        if (context.Json)
        {
            EvaluationView.WriteJson(context.Screen, outcome);
        }
        else
        {
            EvaluationView.Write(context.Screen, outcome);
        }

        await context.Screen.Out.FlushAsync();
        return outcome.Passes ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<string> NameAsync(CliContext context, string? retriever, string? collection)
    {
        if (retriever is not null && collection is not null)
        {
            throw new UsageException("--retriever and --collection are both given. Ask one of them.");
        }

        if ((retriever ?? (collection is null ? null : $"{CollectionNames.PluginId}/{collection}")) is { } given)
        {
            return given;
        }

        var known = (await context.Host.GetCatalogAsync(context.CancellationToken)).Retrievers.Select(static one => one.QualifiedName).ToList();
        return known is [var only] ? only : throw new UsageException(known.Count == 0
            ? "There is no retriever. Name a collection with --collection."
            : $"There are {known.Count} retrievers. Name one with --retriever: {string.Join(", ", known)}.");
    }

    private static IReadOnlyList<EvaluationQuery> ReadQueries(string path) =>
        File.Exists(path) ? EvaluationFile.Read(path, File.ReadLines(path)) : throw new UsageException($"There is no file {Unknown.Show(path)} with questions. Give its path with --queries.");

    private static double? ReadMinimum(string? text) =>
        text is null ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1 ? number
        : throw new UsageException($"{Unknown.Show(text)} is no value of --min-ndcg. Give a number from 0 to 1.");
}
