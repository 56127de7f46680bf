using System.Runtime.InteropServices;
using Google.Protobuf;

namespace KernelHost.Onnx.Tests;

/// <summary>Writes ONNX files of a few nodes. Field numbers are those of onnx.proto3.</summary>
internal static class OnnxWriter
{
    private const int Float = 1;
    private const int Int64 = 7;

    /// <summary>A model that looks up a row of a table for each token, and hands out all rows or, when reduced, their mean.</summary>
    public static byte[] Lookup(float[][] rows, bool isReduced = false, string firstInput = "input_ids", int ir = 8)
    {
        var graph = Message(
            Field(1, Node("Gather", ["table", firstInput], [isReduced ? "rows" : "output"])),
            isReduced ? Field(1, Node("ReduceMean", ["rows"], ["output"], axis: 1)) : [],
            Field(2, "lookup"),
            Field(5, Table(rows)),
            Message([.. new[] { firstInput, "attention_mask", "token_type_ids" }.Distinct().Select(static input => Field(11, Value(input, Int64, null, null)))]),
            Field(12, isReduced ? Value("output", Float, null, rows[0].Length) : Value("output", Float, null, null, rows[0].Length)));
        return Message(Field(1, ir), Field(7, graph), Field(8, Message(Field(1, ""), Field(2, 13))));
    }

    private static byte[] Node(string type, string[] inputs, string[] outputs, int? axis = null)
    {
        List<byte[]> parts = [.. inputs.Select(input => Field(1, input)), .. outputs.Select(output => Field(2, output)), Field(4, type)];
        if (axis is { } along)
        {
            parts.Add(Field(5, Message(Field(1, "axes"), Field(8, along), Field(20, 7))));
            parts.Add(Field(5, Message(Field(1, "keepdims"), Field(3, 0), Field(20, 2))));
        }

        return Message([.. parts]);
    }

    private static byte[] Table(float[][] rows) => Message(
        Field(1, rows.Length),
        Field(1, rows[0].Length),
        Field(2, Float),
        Field(8, "table"),
        Field(9, MemoryMarshal.AsBytes<float>(rows.SelectMany(static row => row).ToArray()).ToArray()));

    private static byte[] Value(string name, int type, params int?[] shape) => Message(
        Field(1, name),
        Field(2, Message(Field(1, Message(
            Field(1, type),
            Field(2, Message([.. shape.Select((size, i) => Field(1, size is { } known ? Message(Field(1, known)) : Message(Field(2, $"d{i}"))))])))))));

    private static byte[] Message(params byte[][] fields) => [.. fields.SelectMany(static field => field)];

    private static byte[] Field(int number, long value) => Written(number, WireFormat.WireType.Varint, output => output.WriteInt64(value));

    private static byte[] Field(int number, string value) => Written(number, WireFormat.WireType.LengthDelimited, output => output.WriteString(value));

    private static byte[] Field(int number, byte[] value) => Written(number, WireFormat.WireType.LengthDelimited, output => output.WriteBytes(ByteString.CopyFrom(value)));

    private static byte[] Written(int number, WireFormat.WireType type, Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(number, type);
            write(output);
        }

        return stream.ToArray();
    }
}
