using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.State;

/// <summary>
/// A folded session as bytes, and back. Writes every field of the state, private ones too, so that a field somebody adds is in the
/// snapshot without anybody thinking of it; only what is marked <see cref="NotInSnapshotAttribute"/> stays out.
/// </summary>
internal static class SnapshotJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        Converters = { new EventConverterFactory(), new JsonStringEnumConverter() },
        TypeInfoResolver = JsonTypeInfoResolver.Combine(RunEventJson.Default, new FieldResolver(), new DefaultJsonTypeInfoResolver()),
        IncludeFields = true,
    };

    /// <summary>The build that made a snapshot. Another one may fold otherwise, so it does not take over what this one made.</summary>
    public static byte[] Build { get; } = typeof(SnapshotJson).Module.ModuleVersionId.ToByteArray();

    /// <exception cref="NotSupportedException">The state has a field of a type that cannot be written.</exception>
    public static byte[] Write(SessionState state) => JsonSerializer.SerializeToUtf8Bytes(state, Options);

    /// <summary>The state, without its conversation.</summary>
    /// <exception cref="JsonException">The bytes are no state.</exception>
    public static SessionState Read(ReadOnlySpan<byte> bytes)
    {
        var state = JsonSerializer.Deserialize<SessionState>(bytes, Options) ?? throw new JsonException("The state is null.");
        state.SnapshotSequence = state.Sequence;
        return state;
    }

    /// <summary>The types of the state are written field by field, whatever their constructors and properties look like.</summary>
    private sealed class FieldResolver : IJsonTypeInfoResolver
    {
        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
        {
            if (type.Assembly != typeof(SessionState).Assembly || type.IsEnum)
            {
                return null; // For the next resolver.
            }

            var info = JsonTypeInfo.CreateJsonTypeInfo(type, options);

            info.Properties.Clear();
            info.CreateObject = () => RuntimeHelpers.GetUninitializedObject(type);
            for (var declaring = type; declaring != typeof(object) && declaring is not null; declaring = declaring.BaseType)
            {
                foreach (var field in declaring.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                {
                    if (!IsLeftOut(declaring, field))
                    {
                        info.Properties.Add(Property(info, field));
                    }
                }
            }

            return info;
        }

        private static JsonPropertyInfo Property(JsonTypeInfo info, FieldInfo field)
        {
            var property = info.CreateJsonPropertyInfo(field.FieldType, Name(field));
            property.Get = field.GetValue;
            property.Set = field.SetValue;
            return property;
        }

        private static bool IsLeftOut(Type type, FieldInfo field) =>
            field.IsDefined(typeof(NotInSnapshotAttribute))
            || type.GetProperty(Name(field), BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)?.IsDefined(typeof(NotInSnapshotAttribute)) == true;

        // The compiler calls the field of property P "<P>k__BackingField" and that of parameter p "<p>P".
        private static string Name(FieldInfo field) => field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;
    }

    /// <summary>Events keep their kind and their sequence, which their own JSON leaves to the journal.</summary>
    private sealed class EventConverterFactory : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsAssignableTo(typeof(RunEvent));

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(EventConverter<>).MakeGenericType(typeToConvert))!;
    }

    private sealed class EventConverter<T> : JsonConverter<T>
        where T : RunEvent
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var parts = JsonElement.ParseValue(ref reader);
            var runEvent = (T)parts[1].Deserialize(RunEventJson.Default.RunEvent)!;
            runEvent.Sequence = parts[0].GetInt64();
            return runEvent;
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(value.Sequence);
            JsonSerializer.Serialize(writer, value, RunEventJson.Default.RunEvent);
            writer.WriteEndArray();
        }
    }
}
