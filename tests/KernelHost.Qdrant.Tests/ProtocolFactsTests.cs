using Google.Protobuf.Reflection;

namespace KernelHost.Qdrant.Tests;

/// <summary>The compiled protocol is what was recorded of Qdrant's: names, numbers and types.</summary>
public sealed class ProtocolFactsTests
{
    private static readonly FileDescriptor Compiled = Protocol.QdrantReflection.Descriptor;

    [Fact]
    public void Protocol_AsCompiled_IsAsRecorded()
    {
        var recorded = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Facts", "qdrant-1.19.0.txt")).Order(StringComparer.Ordinal);

        Assert.Equal(recorded, Describe().Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Describe()
    {
        foreach (var service in Compiled.Services)
        {
            Assert.Equal("qdrant", Compiled.Package);
            foreach (var method in service.Methods)
            {
                yield return $"rpc {service.Name}.{method.Name} {method.InputType.Name} {method.OutputType.Name}";
            }
        }

        foreach (var message in Compiled.MessageTypes)
        {
            foreach (var field in message.Fields.InDeclarationOrder())
            {
                yield return $"field {message.Name} {field.FieldNumber} {field.Name} {Type(message, field)}";
            }
        }

        foreach (var value in Compiled.EnumTypes.SelectMany(static type => type.Values))
        {
            yield return $"value {value.EnumDescriptor.Name} {value.Number} {value.Name}";
        }
    }

    private static string Type(MessageDescriptor message, FieldDescriptor field)
    {
        if (field.IsMap)
        {
            return $"map<string,{field.MessageType.FindFieldByName("value").MessageType.Name}>";
        }

        // Bytes stand for packed floats: DenseVectorTests show that they are the same on the wire.
        if (field.FieldType == FieldType.Bytes && message.Name is "DenseVector" or "Vector" or "VectorOutput" && field.Name == "data")
        {
            return "repeated float";
        }

        var type = field.FieldType switch
        {
            FieldType.Message => field.MessageType.File == Compiled ? field.MessageType.Name : field.MessageType.FullName,
            FieldType.Enum => field.EnumType.Name,
            _ => field.FieldType.ToString().ToLowerInvariant(),
        };
        return field.IsRepeated ? $"repeated {type}" : type;
    }
}
