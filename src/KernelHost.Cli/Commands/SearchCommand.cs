using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;

namespace KernelHost.Cli.Commands;

/// <summary><c>search RETRIEVER [QUERY]</c></summary>
internal static class SearchCommand
{
    private const int MostPassages = 100;

    public static Command Create(CommandExecution execute)
    {
        var retriever = new Argument<string>("RETRIEVER") { Description = "For example customer-support/help-center, or memory/handbook for a collection; the part behind the slash will do where it is unique." };
        var query = new Argument<string?>("QUERY") { Description = "What to look for; '-', or nothing and a pipe, reads standard input.", Arity = ArgumentArity.ZeroOrOne };
        var top = ListLimit.Create("--top", "At most this many passages, 1 to 100. [default: 5]");
        return new Command("search", "Searches a retriever's documents, as an agent does.") { retriever, query, top }
            .Does(execute, async context =>
            {
                var most = ListLimit.Read(context, top, MostPassages, preset: 5);
                return await SearchAsync(context, context.Get(retriever)!, await RequestText.ReadAsync(context, "query", context.Get(query)), most);
            });
    }

    private static async Task<int> SearchAsync(CliContext context, string name, string query, int top)
    {
        var retriever = await FindAsync(context, name);
        var progress = new IngestLine(context);
        var passages = await context.Host.SearchAsync(retriever, query, top, progress, context.CancellationToken);
        progress.End();
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject
            {
                ["retriever"] = retriever,
                ["query"] = query,
                ["passages"] = JsonOutput.Array(passages, Write),
            });
            return ExitCode.Done;
        }

        if (passages.Count == 0)
        {
            context.Screen.Tell("Nothing was found. Try other words.");
        }

        for (var i = 0; i < passages.Count; i++)
        {
            WriteText(context.Screen, i + 1, passages[i]);
        }

        await context.Screen.Out.FlushAsync();
        return ExitCode.Done;
    }

    private static async Task<string> FindAsync(CliContext context, string name)
    {
        var known = await context.Host.ListRetrieversAsync(context.CancellationToken);
        var exact = known.Where(retriever => retriever == name).ToList();
        var found = exact.Count > 0 ? exact : known.Where(retriever => retriever.EndsWith($"/{name}", StringComparison.Ordinal)).ToList();
        return found is [var only] ? only : throw Unknown.Name("retriever", name, known, [.. known.Select(static retriever => retriever[(retriever.LastIndexOf('/') + 1)..])]);
    }

    private static void WriteText(Screen screen, int rank, Passage passage)
    {
        var place = string.Join(" > ", new[] { passage.Title, passage.Section == passage.Title ? null : passage.Section }.Where(part => !string.IsNullOrEmpty(part)));
        screen.Out.WriteLine(TerminalText.Line(string.Create(CultureInfo.InvariantCulture,
            $"{rank}. {(place.Length == 0 ? passage.Source : $"{place} ({passage.Source})")}  score {passage.Score:0.000}")));
        foreach (var line in TerminalText.Prose(passage.Text.Trim()).Split('\n'))
        {
            screen.Out.WriteLine($"   {line}".TrimEnd());
        }

        screen.Out.WriteLine();
    }

    private static JsonObject Write(Passage passage) => new()
    {
        ["source"] = passage.Source,
        ["title"] = passage.Title,
        ["section"] = passage.Section,
        ["score"] = double.IsFinite(passage.Score) ? passage.Score : null,
        ["text"] = passage.Text,
    };
}
