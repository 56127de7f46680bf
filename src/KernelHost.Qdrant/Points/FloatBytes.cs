using System.Buffers;
using System.Runtime.InteropServices;

namespace KernelHost.Qdrant.Points;

/// <summary>Shows the memory of floats as bytes.</summary>
internal sealed class FloatBytes(ReadOnlyMemory<float> floats) : MemoryManager<byte>
{
    private readonly Memory<float> _floats = MemoryMarshal.AsMemory(floats);

    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(_floats.Span);

    public override MemoryHandle Pin(int elementIndex = 0) =>
        elementIndex == 0 ? _floats.Pin() : throw new NotSupportedException("The bytes of floats are pinned from their first one.");

    public override void Unpin()
    {
        // The handle that Pin returned does it.
    }

    protected override void Dispose(bool disposing)
    {
        // Owns nothing.
    }
}
