using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Memory.Recall;

namespace KernelHost.Cli.Commands;

/// <summary><c>memory stats|list|forget|reembed</c></summary>
internal static class MemoryCommand
{
    private const int TextLimit = 200;

    public static Command Create(CommandExecution execute) => new("memory", "Shows and forgets what is kept in memory: collections of documents, and what agents were told.")
    {
        new Command("stats", "Tells how much is kept.").Does(execute, StatsAsync),
        CreateList(execute),
        ForgetCommand.Create(execute),
        ReembedCommand.Create(execute),
    };

    private static Command CreateList(CommandExecution execute)
    {
        var selection = new MemorySelection();
        var top = ListLimit.Create("--top", "At most this many, the newest first. [default: 50]");
        var command = new Command("list", "Lists what agents were told to remember.") { top };
        selection.AddTo(command);
        return command.Does(execute, context => ListAsync(context, selection.Read(context) with { Top = ListLimit.Read(context, top) }));
    }

    private static async Task<int> ListAsync(CliContext context, MemoryQuery query)
    {
        var items = await context.Host.AgentMemory.ListAsync(query, context.CancellationToken);
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject { ["memories"] = JsonOutput.Array(items, Write) });
            return ExitCode.Done;
        }

        if (items.Count == 0)
        {
            context.Screen.Tell("Nothing is remembered.");
            return ExitCode.Done;
        }

        var table = new Table("Memory", "For", "Saved", "By", "Agent", "Trusted", "Text");
        foreach (var item in items)
        {
            table.Add(item.Id, For(item), Times.Local(item.SavedAt), item.SavedBy, item.Agent, item.Integrity.ToString().ToLowerInvariant(), TerminalText.Line(item.Text, TextLimit));
        }

        table.Write(context.Screen);
        return ExitCode.Done;
    }

    private static async Task<int> StatsAsync(CliContext context)
    {
        var collections = await context.Host.Memory.ListCollectionsAsync(context.CancellationToken);
        var memories = await context.Host.AgentMemory.CountAsync(context.CancellationToken);
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject
            {
                ["store"] = context.Host.Memory.Description,
                ["collections"] = JsonOutput.Array(collections, static collection => new JsonObject
                {
                    ["name"] = collection.Name,
                    ["documents"] = collection.Documents,
                    ["chunks"] = collection.Chunks,
                    ["model"] = collection.EmbeddingModel,
                    ["dimensions"] = collection.Dimensions,
                }),
                ["memories"] = new JsonObject(memories.Select(static count => KeyValuePair.Create(count.Key.ToString().ToLowerInvariant(), (JsonNode?)count.Value))),
            });
            return ExitCode.Done;
        }

        context.Screen.Out.WriteLine($"Kept in {context.Host.Memory.Description}.");
        var table = new Table("Collection", "Documents", "Chunks", "Embedding model", "Dimensions");
        foreach (var collection in collections)
        {
            table.Add(collection.Name, Number(collection.Documents), Number(collection.Chunks), collection.EmbeddingModel, Number(collection.Dimensions));
        }

        if (collections.Count > 0)
        {
            table.Write(context.Screen);
        }

        context.Screen.Out.WriteLine(memories.Values.Sum() == 0
            ? "Agents remember nothing."
            : $"Agents remember: {string.Join(", ", memories.Where(static count => count.Value > 0).Select(static count => $"{count.Key.ToString().ToLowerInvariant()} {Number(count.Value)}"))}.");
        return ExitCode.Done;
    }

    internal static JsonObject Write(MemoryItem item) => new()
    {
        ["id"] = item.Id,
        ["scope"] = item.Scope.ToString().ToLowerInvariant(),
        ["owner"] = item.Owner,
        ["tenant"] = item.Tenant,
        ["text"] = item.Text,
        ["integrity"] = item.Integrity.ToString().ToLowerInvariant(),
        ["savedBy"] = item.SavedBy,
        ["savedAt"] = JsonOutput.Time(item.SavedAt),
        ["agent"] = item.Agent,
        ["sessionId"] = item.SessionId,
        ["runId"] = item.RunId,
        ["callId"] = item.CallId,
    };

    internal static string For(MemoryItem item) => $"{item.Scope.ToString().ToLowerInvariant()} {item.Owner}{(item.Tenant is null || item.Scope == MemoryScope.Tenant ? "" : $" of {item.Tenant}")}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
