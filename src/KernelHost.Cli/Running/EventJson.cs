using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using KernelHost.Runs.Events;

namespace KernelHost.Cli.Running;

/// <summary>Journal events as JSON, with the names the journal itself uses.</summary>
internal static class EventJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static JsonObject Write(RunEvent runEvent)
    {
        var written = JsonSerializer.SerializeToNode(runEvent, Options)!.AsObject();
        written.Insert(0, "sequence", runEvent.Sequence);
        return written;
    }
}
