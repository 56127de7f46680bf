using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace KernelHost.Loading;

/// <summary>How arguments and results cross the boundary of a plugin.</summary>
internal static class PluginJson
{
    /// <summary>
    /// A new instance for each load: the serializer caches the plugin's types in its options, and instances that are equal share one
    /// cache, so the resolver is new as well.
    /// </summary>
    public static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Converters = { new JsonStringEnumConverter() },
        };
        options.MakeReadOnly();
        return options;
    }
}
