using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;

namespace KernelHost.Cli.Commands;

/// <summary><c>memory reembed</c></summary>
internal static class ReembedCommand
{
    public static Command Create(CommandExecution execute)
    {
        var collections = new Argument<string[]>("COLLECTION") { Description = "The collections; without any, all that are of another model than the configured one.", Arity = ArgumentArity.ZeroOrMore };
        return new Command("reembed", "Embeds collections anew with the configured model, from the text in them. Searches go on meanwhile.") { collections }
            .Does(execute, context => RunAsync(context, context.Get(collections) ?? []));
    }

    private static async Task<int> RunAsync(CliContext context, string[] names)
    {
        var memory = context.Host.Memory;
        if (names.Length == 0)
        {
            names = [.. (await memory.ListCollectionsAsync(context.CancellationToken)).Where(collection => collection.EmbeddingModel != memory.Embedding.Id).Select(static collection => collection.Name)];
        }

        List<(string Name, int Chunks)> done = [];
        foreach (var name in names)
        {
            var line = new IngestLine(context);
            done.Add((name, await memory.ReembedAsync(name, line, context.CancellationToken)));
            line.End();
        }

        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject
            {
                ["model"] = memory.Embedding.Id,
                ["collections"] = JsonOutput.Array(done, static one => new JsonObject { ["name"] = one.Name, ["embeddedChunks"] = one.Chunks }),
            });
            return ExitCode.Done;
        }

        foreach (var (name, chunks) in done)
        {
            context.Screen.Out.WriteLine(chunks == 0
                ? $"{TerminalText.Line(name)} is of model '{memory.Embedding.Id}' already."
                : string.Create(CultureInfo.InvariantCulture, $"{TerminalText.Line(name)}: embedded {chunks} passages with '{memory.Embedding.Id}'."));
        }

        if (done.Count == 0)
        {
            context.Screen.Out.WriteLine($"Every collection is of model '{memory.Embedding.Id}' already.");
        }

        return ExitCode.Done;
    }
}
