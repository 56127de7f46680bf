using System.Globalization;
using System.Text.Json;
using KernelHost.Catalog;
using KernelHost.Loading;
using KernelHost.Manifests;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using Microsoft.SemanticKernel;

namespace KernelHost.Runs.Effects;

/// <summary>
/// The host's own tool with which a model reads on in a result that was cut. It is offered once a result of the session was cut, passes the gate as
/// every tool does, and reads only what calls of the same run returned.
/// </summary>
internal static class ResultReader
{
    /// <summary>The id that stands for the host where a plugin's would stand.</summary>
    public const string PluginId = "host";

    public const string Name = "read_result";

    public const string ModelName = "host-read_result";

    /// <summary>A piece is smaller than the cap of a result, so that it is never cut itself.</summary>
    private const int PieceOfCap = 2;

    private static readonly JsonElement Schema = JsonElement.Parse(
        """
        {
          "type": "object",
          "properties": {
            "call": { "type": "string", "description": "The call whose result was cut, as the note at its end names it", "maxLength": 32 },
            "offset": { "type": "integer", "description": "The character to read on from", "minimum": 0 }
          },
          "required": ["call", "offset"],
          "additionalProperties": false
        }
        """);

    /// <param name="journal">Where the results are; opened when the tool is first called.</param>
    /// <param name="resultBytes">The cap of a result.</param>
    public static Tool Create(Func<JournalStore> journal, int resultBytes)
    {
        var manifest = new ToolManifest
        {
            Name = Name,
            Description = "Reads on in a result that the host has cut.",
            Effect = ToolEffect.Read,
            Parameters = Schema,
            Roles = new Dictionary<string, ArgumentRole> { ["call"] = ArgumentRole.Inert, ["offset"] = ArgumentRole.Inert },
        };
        return new Tool
        {
            PluginId = PluginId,
            PluginVersion = HostVersion.Current.ToString(),
            ContentHash = "",
            Name = Name,
            ModelName = ModelName,
            Description = manifest.Description,
            Parameters = Schema,
            SchemaHash = ToolIdentity.SchemaHash(manifest),
            Effect = manifest.Effect,
            Roles = manifest.Roles,
            Function = KernelFunctionFactory.CreateFromMethod(
                (KernelArguments arguments, CancellationToken cancellationToken) => ReadAsync(journal(), arguments, resultBytes / PieceOfCap, cancellationToken),
                new KernelFunctionFromMethodOptions { FunctionName = Name, Description = manifest.Description, Parameters = [] }),
        };
    }

    private static async Task<string> ReadAsync(JournalStore journal, KernelArguments arguments, int maximumBytes, CancellationToken cancellationToken)
    {
        var context = (ToolContext)arguments[ToolInvocation.ContextKey]!;
        var call = Convert.ToString(arguments["call"], CultureInfo.InvariantCulture)!;
        var offset = long.Parse(Convert.ToString(arguments["offset"], CultureInfo.InvariantCulture)!, CultureInfo.InvariantCulture);
        var completed = (await journal.ReadAsync(context.SessionId, afterSequence: 0, cancellationToken)).OfType<CallCompleted>()
            .LastOrDefault(completed => completed.RunId == context.RunId && completed.CallId == call)
            ?? throw new ToolException($"No call '{call}' of this run has a result. The note at the end of a result that was cut names its call.");
        var text = ResultCap.Text(completed.FullResult ?? completed.Result);
        if (offset >= text.Length)
        {
            throw new ToolException(string.Create(CultureInfo.InvariantCulture, $"The result of call '{call}' has {text.Length} characters; there is nothing at {offset}."));
        }

        var piece = ResultCap.Slice(text, (int)offset, maximumBytes);
        var end = (int)offset + piece.Length;
        return end >= text.Length
            ? $"{piece}\n[This is the end of the result.]"
            : string.Create(CultureInfo.InvariantCulture, $"{piece}\n[Read on at offset {end} of {text.Length}.]");
    }
}
