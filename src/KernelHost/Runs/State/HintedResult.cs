using System.Text.Json;
using System.Text.Json.Nodes;

namespace KernelHost.Runs.State;

/// <summary>A result with a word of the host beside it.</summary>
internal static class HintedResult
{
    /// <summary>What the model reads: the result as it is when there is no hint, else both, told apart.</summary>
    public static object? Create(object? result, string? hint) => hint is null ? result : new JsonObject
    {
        ["result"] = result switch
        {
            null => null,
            string text => text,
            JsonElement element => JsonNode.Parse(element.GetRawText()),
            _ => JsonSerializer.SerializeToNode(result, result.GetType(), JsonSerializerOptions.Web),
        },
        ["hostNote"] = hint,
    };
}
