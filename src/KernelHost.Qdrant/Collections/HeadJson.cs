using System.Text.Json.Serialization;
using KernelHost.Memory.Records;

namespace KernelHost.Qdrant.Collections;

/// <summary>The form of schemas and properties in the head of a collection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(RecordSchema))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class HeadJson : JsonSerializerContext;
