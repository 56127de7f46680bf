using System.Globalization;
using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Manifests;
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

    public static Tool Create(CatalogRetriever entry, Retriever retriever)
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
            Function = KernelFunctionFactory.CreateFromMethod(
                (KernelArguments arguments, CancellationToken cancellationToken) => retriever.RetrieveAsync(Query(arguments), cancellationToken),
                new KernelFunctionFromMethodOptions { FunctionName = "search", Description = manifest.Description, Parameters = [] }),
        };
    }

    // The gate has checked the arguments against the schema; values are JSON or what a client in the process gave.
    private static RetrievalQuery Query(KernelArguments arguments) => new(Convert.ToString(arguments["query"], CultureInfo.InvariantCulture)!)
    {
        Top = arguments.TryGetValue("top", out var top) && top is not null && int.TryParse(Convert.ToString(top, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture, out var count)
            ? Math.Clamp(count, 1, 20)
            : DefaultTop,
    };
}
