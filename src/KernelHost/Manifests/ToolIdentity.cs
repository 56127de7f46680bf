using System.Buffers;
using System.Text.Json;
using KernelHost.Text;

namespace KernelHost.Manifests;

/// <summary>The hash that stands for a tool's declaration in permissions and approvals.</summary>
internal static class ToolIdentity
{
    /// <summary>Lower-case hexadecimal SHA-256 over everything a reviewer sees of the tool, in canonical JSON.</summary>
    public static string SchemaHash(ToolManifest tool)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            ManifestWriter.WriteTool(writer, tool);
        }

        return CanonicalJson.Hash(JsonElement.Parse(buffer.WrittenSpan));
    }

    public static IReadOnlyList<string> ParameterNames(JsonElement parameters) =>
        parameters.ValueKind is JsonValueKind.Object
        && parameters.TryGetProperty("properties", out var properties) && properties.ValueKind is JsonValueKind.Object
            ? [.. properties.EnumerateObject().Select(property => property.Name)]
            : [];
}
