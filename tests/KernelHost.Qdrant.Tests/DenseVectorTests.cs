using Google.Protobuf;
using KernelHost.Qdrant.Points;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Tests;

/// <summary>A dense vector goes over the wire as packed floats, as the protocol says, without a copy of it being made.</summary>
public sealed class DenseVectorTests
{
    [Fact]
    public void Pack_OfAVector_IsRepeatedFloatOnTheWire()
    {
        float[] vector = [0, 1.5f, -3.25e-20f, float.MaxValue, float.Epsilon];
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteLength(vector.Length * sizeof(float));
            foreach (var value in vector)
            {
                output.WriteFloat(value);
            }
        }

        Assert.Equal(stream.ToArray(), new DenseVector { Data = PointWriter.Pack(vector) }.ToByteArray());
        Assert.Equal(stream.ToArray(), new DenseVector { Data = PointWriter.Pack(vector.AsMemory()) }.ToByteArray());
        Assert.Equal(stream.ToArray()[..2].Concat(stream.ToArray()[2..]), DenseVector.Parser.ParseFrom(stream.ToArray()).ToByteArray());
    }

    [Fact]
    public void Pack_OfPartOfAnArray_IsThatPart()
    {
        float[] all = [1, 2, 3, 4];

        var packed = PointWriter.Pack(all.AsMemory(1, 2));
        Assert.Equal([2f, 3f], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(packed.Span).ToArray());
        all[1] = 9;
        Assert.Equal(9f, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(packed.Span)[0]);
    }
}
