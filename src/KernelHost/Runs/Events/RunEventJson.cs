using System.Text.Json;
using System.Text.Json.Serialization;

namespace KernelHost.Runs.Events;

/// <summary>How events are written to disk and to machine-readable output. Readers ignore members they do not know.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(RunEvent))]
[JsonSerializable(typeof(RememberedApproval))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(decimal))]
[JsonSerializable(typeof(Dictionary<string, object>))]
internal sealed partial class RunEventJson : JsonSerializerContext
{
    public static byte[] Write(RunEvent runEvent) => JsonSerializer.SerializeToUtf8Bytes(runEvent, Default.RunEvent);

    /// <exception cref="JsonException">The bytes are not an event this version knows.</exception>
    public static RunEvent Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Default.RunEvent) ?? throw new JsonException("The event is null.");
}
