using System.CommandLine;
using KernelHost.Cli.Invocation;
using KernelHost.Hosting;
using KernelHost.Memory.Retrieval;

namespace KernelHost.Cli.Commands;

/// <summary><c>search RETRIEVER|COLLECTION [QUERY]</c></summary>
internal static class SearchCommand
{
    private const int MostPassages = 100;

    public static Command Create(CommandExecution execute)
    {
        var target = new SearchTarget();
        var retriever = new Argument<string>("RETRIEVER") { Description = "For example customer-support/help-center; the part behind the slash will do where it is unique. Or a collection." };
        var query = new Argument<string?>("QUERY") { Description = "What to look for; '-', or nothing and a pipe, reads standard input.", Arity = ArgumentArity.ZeroOrOne };
        var top = ListLimit.Create("--top", "At most this many passages, 1 to 100. [default: 5]");
        var explain = new Option<bool>("--explain") { Description = "Shows the place and score that each leg gave a passage, and its labels." };
        var source = new Option<string[]>("--source") { Description = "Only this document, or all below a folder that ends with '/'. May be repeated.", HelpName = "SOURCE" };
        var since = new Option<string?>("--since") { Description = "Only documents changed then or later: 2026-11-23 or 2026-11-23T09:30:00Z.", HelpName = "DATE" };
        var before = new Option<string?>("--before") { Description = "Only documents changed before then.", HelpName = "DATE" };
        var mmr = new Option<string?>("--mmr") { Description = "Weighs relevance (1) against difference from what stands before (0): maximal marginal relevance.", HelpName = "LAMBDA" };
        var sections = new Option<bool>("--sections") { Description = "Shows the whole section around a passage, where the collection keeps sections." };
        var command = new Command("search", "Searches a retriever's documents, or a collection, as an agent does.") { retriever, query, top, explain, source, since, before, mmr, sections };
        target.AddTo(command);
        return command.Does(execute, async context =>
        {
            var most = ListLimit.Read(context, top, MostPassages, preset: 5);
            var filter = new RetrievalFilter
            {
                Sources = context.Get(source) is { Length: > 0 } sources ? sources : null,
                ChangedSince = DateText.Read(context, since),
                ChangedBefore = DateText.Read(context, before),
            };
            var text = await RequestText.ReadAsync(context, "query", context.Get(query));
            var request = await target.CreateAsync(context, context.Get(retriever)!);
            var options = Diversify(context, mmr, request.Options) with { Top = most, Explain = context.Get(explain), Filter = filter };
            return await SearchAsync(context, request with { Query = text, Options = context.Get(sections) ? options with { ShowSections = true } : options });
        });
    }

    private static async Task<int> SearchAsync(CliContext context, SearchRequest request)
    {
        var progress = new IngestLine(context);
        SearchAnswer answer;
        try
        {
            answer = await context.Host.SearchAsync(request, progress, context.CancellationToken);
        }
        finally
        {
            progress.End();
        }

        if (context.Json)
        {
            SearchView.WriteJson(context.Screen, request, answer);
            return ExitCode.Done;
        }

        foreach (var note in answer.Notes)
        {
            context.Screen.Tell(note);
        }

        if (answer.Hits.Count == 0)
        {
            context.Screen.Tell("Nothing was found. Try other words.");
        }
        else if (request.Options.Explain)
        {
            SearchView.WriteTable(context.Screen, request, answer);
        }
        else
        {
            SearchView.WriteText(context.Screen, answer);
        }

        await context.Screen.Out.FlushAsync();
        return ExitCode.Done;
    }

    private static SearchOptions Diversify(CliContext context, Option<string?> mmr, SearchOptions options)
    {
        if (context.Get(mmr) is not { } text)
        {
            return options;
        }

        try
        {
            return SearchSettings.Apply(options, nameof(SearchOptions.MarginalRelevance), text);
        }
        catch (FormatException)
        {
            throw new UsageException($"{Unknown.Show(text)} is no value of --mmr. Give a number from 0 to 1, for example 0.7.");
        }
    }
}
