using System.Globalization;
using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Loading;
using KernelHost.Manifests;
using KernelHost.Memory.Retrieval;
using Microsoft.SemanticKernel;

namespace KernelHost.Hosting;

/// <summary>Offers a retriever to the model as a tool, so that a search passes the same gate as everything else.</summary>
internal static class RetrieverTool
{
    private const int DefaultTop = 5;

    private static readonly JsonElement Schema = JsonElement.Parse(
        """
        {
          "type": "object",
          "properties": {
            "query": { "type": "string", "description": "What to look for, in natural language", "minLength": 1, "maxLength": 2000 },
            "top": { "type": "integer", "description": "How many passages to return at most", "minimum": 1, "maximum": 20, "default": 5 }
          },
          "required": ["query"],
          "additionalProperties": false
        }
        """);

    /// <param name="entry">The retriever.</param>
    /// <param name="settings">What holds for it.</param>
    /// <param name="search">Searches for the principal of the call's run.</param>
    public static Tool Create(CatalogRetriever entry, RetrieverSettings settings, Func<string, int, ToolContext, CancellationToken, Task<RetrievedPassages>> search)
    {
        var manifest = new ToolManifest
        {
            Name = entry.Name,
            Description = $"Searches passages that an answer can cite. {entry.Description}",
            Effect = ToolEffect.Read,
            Parameters = Schema,
            Roles = new Dictionary<string, ArgumentRole> { ["query"] = ArgumentRole.Payload, ["top"] = ArgumentRole.Inert },
        };
        return new Tool
        {
            PluginId = entry.PluginId,
            PluginVersion = entry.PluginVersion,
            ContentHash = entry.ContentHash,
            Name = entry.Name,
            ModelName = entry.ModelName,
            Description = manifest.Description,
            Parameters = Schema,
            SchemaHash = ToolIdentity.SchemaHash(manifest),
            Effect = manifest.Effect,
            Roles = manifest.Roles,
            IsRetriever = true,
            Timeout = settings.Timeout,
            // What a reranker asks of the agent's model counts as use of the run.
            UsesModel = settings.Rerank == RerankerKind.Model,
            Function = KernelFunctionFactory.CreateFromMethod(
                (KernelArguments arguments, CancellationToken cancellationToken) => search(Text(arguments), Top(arguments), Context(arguments), cancellationToken),
                new KernelFunctionFromMethodOptions { FunctionName = "search", Description = manifest.Description, Parameters = [] }),
        };
    }

    // The gate has checked the arguments against the schema; values are JSON or what a client in the process gave.
    private static string Text(KernelArguments arguments) => Convert.ToString(arguments["query"], CultureInfo.InvariantCulture)!;

    private static int Top(KernelArguments arguments) =>
        arguments.TryGetValue("top", out var top) && top is not null && int.TryParse(Convert.ToString(top, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var count)
            ? Math.Clamp(count, 1, 20)
            : DefaultTop;

    // Who asks decides what is seen: without it, nothing is.
    private static ToolContext Context(KernelArguments arguments) =>
        arguments.TryGetValue(ToolInvocation.ContextKey, out var context) && context is ToolContext known
            ? known
            : throw new InvalidOperationException("A retriever was called outside of a run, so that there is no principal to search for.");
}
