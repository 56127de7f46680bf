using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.SemanticKernel;

namespace KernelHost.Loading;

/// <summary>Reads one parameter of a tool from the arguments of a call.</summary>
internal sealed class ToolArgument(ParameterInfo parameter, string toolName, JsonSerializerOptions options)
{
    private readonly string _name = parameter.Name!;
    private readonly Type _type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
    private readonly TypeCode _typeCode = parameter.ParameterType.IsEnum ? TypeCode.Object
        : Type.GetTypeCode(Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType);

    private readonly bool _allowsNull = !parameter.ParameterType.IsValueType || Nullable.GetUnderlyingType(parameter.ParameterType) is not null;

    // Built at the first call: reflection over the plugin's types costs start-up time that most tools never repay.
    private JsonTypeInfo? _typeInfo;

    /// <exception cref="ToolException">The value is missing or does not fit; the message is for the model.</exception>
    public object? Read(KernelArguments arguments)
    {
        if (!arguments.TryGetValue(_name, out var value))
        {
            return parameter.HasDefaultValue ? parameter.DefaultValue
                : throw new ToolException($"The argument '{_name}' of '{toolName}' is missing. Give it a value.");
        }

        return value switch
        {
            null => Null(),
            JsonElement element => Convert(element),
            _ when _type.IsInstanceOfType(value) => value,
            string text => Convert(text),
            _ => Convert(JsonSerializer.SerializeToElement(value, options)),
        };
    }

    private object? Null() => _allowsNull ? null
        : throw new ToolException($"The argument '{_name}' of '{toolName}' is null but must be a value of type {_type.Name}.");

    private object? Convert(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Null:
                return Null();
            case JsonValueKind.String when _typeCode is TypeCode.String:
                return element.GetString();
            case JsonValueKind.Number when _typeCode is TypeCode.Int32 && element.TryGetInt32(out var number):
                return number;
            case JsonValueKind.Number when _typeCode is TypeCode.Int64 && element.TryGetInt64(out var number):
                return number;
            case JsonValueKind.Number when _typeCode is TypeCode.Double && element.TryGetDouble(out var number):
                return number;
            case JsonValueKind.Number when _typeCode is TypeCode.Decimal && element.TryGetDecimal(out var number):
                return number;
            case JsonValueKind.True when _typeCode is TypeCode.Boolean:
                return true;
            case JsonValueKind.False when _typeCode is TypeCode.Boolean:
                return false;
        }

        try
        {
            return JsonSerializer.Deserialize(element, TypeInfo());
        }
        catch (JsonException)
        {
            throw DoesNotFit();
        }
    }

    // A caller other than a model may pass text for anything: JSON first ('42', '{...}'), then the text itself (a date, an enum member).
    private object? Convert(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, TypeInfo());
        }
        catch (JsonException)
        {
            return Convert(JsonSerializer.SerializeToElement(text, options));
        }
    }

    private JsonTypeInfo TypeInfo() => _typeInfo ??= options.GetTypeInfo(parameter.ParameterType);

    private ToolException DoesNotFit() => new($"The argument '{_name}' of '{toolName}' cannot be read as {_type.Name}. Correct its value.");
}
