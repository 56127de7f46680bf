using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace KernelHost.Loading;

/// <summary>
/// Turns what a tool method returns into a value without any type of the plugin: a string stays one, nothing is
/// <see langword="null"/>, everything else becomes a <see cref="JsonElement"/>.
/// </summary>
internal abstract class ToolResult
{
    public abstract ValueTask<object?> ReadAsync(object? returned, CancellationToken cancellationToken);

    public static ToolResult For(Type returnType, JsonSerializerOptions options)
    {
        if (returnType == typeof(void))
        {
            return new Nothing();
        }

        if (returnType == typeof(Task))
        {
            return new TaskOfNothing();
        }

        if (returnType == typeof(ValueTask))
        {
            return new ValueTaskOfNothing();
        }

        var generic = returnType.IsGenericType ? returnType.GetGenericTypeDefinition() : null;
        var (reader, value) = generic == typeof(Task<>) ? (typeof(TaskOf<>), returnType.GenericTypeArguments[0])
            : generic == typeof(ValueTask<>) ? (typeof(ValueTaskOf<>), returnType.GenericTypeArguments[0])
            : (typeof(Plain<>), returnType);
        return (ToolResult)Activator.CreateInstance(reader.MakeGenericType(value), options)!;
    }

    private sealed class Nothing : ToolResult
    {
        public override ValueTask<object?> ReadAsync(object? returned, CancellationToken cancellationToken) => default;
    }

    private sealed class TaskOfNothing : ToolResult
    {
        public override async ValueTask<object?> ReadAsync(object? returned, CancellationToken cancellationToken)
        {
            await (Task)returned!;
            return null;
        }
    }

    private sealed class ValueTaskOfNothing : ToolResult
    {
        public override async ValueTask<object?> ReadAsync(object? returned, CancellationToken cancellationToken)
        {
            await (ValueTask)returned!;
            return null;
        }
    }

    private sealed class Plain<T>(JsonSerializerOptions options) : Of<T>(options)
    {
        public override ValueTask<object?> ReadAsync(object? returned, CancellationToken cancellationToken) =>
            ConvertAsync((T?)returned, cancellationToken);
    }

    private sealed class TaskOf<T>(JsonSerializerOptions options) : Of<T>(options)
    {
        public override async ValueTask<object?> ReadAsync(object? returned, CancellationToken cancellationToken) =>
            await ConvertAsync(await (Task<T?>)returned!, cancellationToken);
    }

    private sealed class ValueTaskOf<T>(JsonSerializerOptions options) : Of<T>(options)
    {
        public override async ValueTask<object?> ReadAsync(object? returned, CancellationToken cancellationToken) =>
            await ConvertAsync(await (ValueTask<T?>)returned!, cancellationToken);
    }

    private abstract class Of<T>(JsonSerializerOptions options) : ToolResult
    {
        // Only the asynchronous serializer reads an asynchronous sequence.
        private static readonly bool IsSequence = typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>);

        private JsonTypeInfo<T>? _typeInfo;

        protected ValueTask<object?> ConvertAsync(T? value, CancellationToken cancellationToken) => value switch
        {
            null => default,
            string text => new(text),
            CallOutcome outcome => new(OutcomeReport.Of(outcome, options)),
            // The plugin may dispose the document behind its element.
            JsonElement element => new(element.Clone()),
            _ when IsSequence => SequenceAsync(value, cancellationToken),
            _ => new(JsonSerializer.SerializeToElement(value, TypeInfo())),
        };

        private async ValueTask<object?> SequenceAsync(T value, CancellationToken cancellationToken)
        {
            using var buffer = new MemoryStream();
            await JsonSerializer.SerializeAsync(buffer, value, TypeInfo(), cancellationToken);
            return JsonElement.Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        }

        private JsonTypeInfo<T> TypeInfo() => _typeInfo ??= (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
    }
}
