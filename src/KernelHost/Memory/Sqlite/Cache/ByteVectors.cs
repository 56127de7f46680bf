using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>
/// Vectors as bytes, for cosines and dot products: a quarter of the memory. How far each is from what it stands for is known, so that the rows that may be among the nearest are known
/// too; those, and no others, are compared as they stand in the file. The answer is the exact one.
/// </summary>
internal sealed class ByteVectors(RecordVector vector) : VectorIndex(vector)
{
    private const int MostOfByte = sbyte.MaxValue;

    // Sums of products of it and a byte stay within 32 bits for 8,000 dimensions.
    private const int MostOfQuery = 2047;

    // For what single precision rounds away.
    private const float Rounding = 1e-5f;

    private readonly Growing<sbyte[]> _pages = new();
    private readonly Growing<(float Step, float Error, float Length)> _scales = new();

    public static bool Fits(RecordVector vector) => vector is { Distance: VectorDistance.Cosine or VectorDistance.DotProduct, Dimensions: <= 8000 };

    public override long Bytes => base.Bytes + ((long)_pages.Count * PageLength * Vector.Dimensions) + (_scales.Capacity * 12L);

    public override void Scan(VectorQuery query, Bits selected, bool isAll, TopRows top, Action<int, float[]> exact)
    {
        var scan = new Candidates(top.Capacity);
        var (whole, step, error) = Round(query.Value);
        var count = Count;
        var rows = Rows(count);
        var scales = _scales.First(count);
        foreach (var slot in isAll ? Enumerable.Range(0, count) : selected.Rows().Select(SlotOf).Where(slot => slot >= 0 && slot < count))
        {
            var (scale, wrong, length) = scales[slot];
            var near = scale * step * Dot(At(slot), whole);
            var slack = (query.Norm * (wrong + (Rounding * length))) + (error * length);
            if (near + slack >= scan.Least && rows[slot] is var row && row < selected.Length && selected[row])
            {
                scan.Add(row, near - slack, near + slack);
            }
        }

        var vector = new float[Vector.Dimensions];
        foreach (var row in scan.Rows())
        {
            exact(row, vector);
            top.Offer(query.Nearness(vector), row);
        }
    }

    protected override void Add(int slot, int row, ReadOnlySpan<byte> blob)
    {
        if (slot % PageLength == 0)
        {
            _pages.Add(new sbyte[PageLength * Vector.Dimensions]);
        }

        var exact = new float[Vector.Dimensions];
        VectorBlob.DecodeExactly(blob, exact);
        var step = TensorPrimitives.MaxMagnitude<float>(exact) is var most && most != 0 ? Math.Abs(most) / MostOfByte : 1;
        var bytes = _pages[slot / PageLength].AsSpan(slot % PageLength * Vector.Dimensions, Vector.Dimensions);
        var (error, length) = (0d, 0d);
        for (var i = 0; i < exact.Length; i++)
        {
            bytes[i] = (sbyte)MathF.Round(exact[i] / step);
            var stored = (double)bytes[i] * step;
            error += (exact[i] - stored) * (exact[i] - stored);
            length += stored * stored;
        }

        _scales.Add((step, (float)Math.Sqrt(error), (float)Math.Sqrt(length)));
    }

    private ReadOnlySpan<sbyte> At(int slot) => _pages[slot / PageLength].AsSpan(slot % PageLength * Vector.Dimensions, Vector.Dimensions);

    private static (short[] Whole, float Step, float Error) Round(float[] query)
    {
        var step = TensorPrimitives.MaxMagnitude<float>(query) is var most && most != 0 ? Math.Abs(most) / MostOfQuery : 1;
        var whole = new short[query.Length];
        var error = 0d;
        for (var i = 0; i < query.Length; i++)
        {
            whole[i] = (short)MathF.Round(query[i] / step);
            error += Math.Pow(query[i] - ((double)whole[i] * step), 2);
        }

        return (whole, step, (float)Math.Sqrt(error));
    }

    private static int Dot(ReadOnlySpan<sbyte> left, ReadOnlySpan<short> right)
    {
        var i = 0;
        var sums = Vector256<int>.Zero;
        for (; i + Vector128<sbyte>.Count <= left.Length; i += Vector128<sbyte>.Count)
        {
            var wide = Vector256.WidenLower(Vector128.Create(left.Slice(i, Vector128<sbyte>.Count)).ToVector256Unsafe());
            var other = Vector256.Create(right.Slice(i, Vector256<short>.Count));
            if (Avx2.IsSupported)
            {
                sums += Avx2.MultiplyAddAdjacent(wide, other);
            }
            else
            {
                var (lower, upper) = Vector256.Widen(wide);
                var (otherLower, otherUpper) = Vector256.Widen(other);
                sums += (lower * otherLower) + (upper * otherUpper);
            }
        }

        var sum = Vector256.Sum(sums);
        for (; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    /// <summary>The rows that may be among the nearest, by the least and the most that they can be near.</summary>
    private sealed class Candidates(int capacity)
    {
        private readonly PriorityQueue<int, float> _least = new();
        private readonly List<(int Row, float Most)> _rows = [];

        /// <summary>So near are as many rows as are asked for, whatever was rounded.</summary>
        public float Least { get; private set; } = capacity == 0 ? float.PositiveInfinity : float.NegativeInfinity;

        public void Add(int row, float least, float most)
        {
            _rows.Add((row, most));
            if (_least.Count < capacity)
            {
                _least.Enqueue(row, least);
            }
            else if (least > Least)
            {
                _least.DequeueEnqueue(row, least);
            }

            if (_least.Count == capacity && _least.TryPeek(out _, out var lowest))
            {
                Least = lowest;
            }
        }

        public IEnumerable<int> Rows() => _rows.Where(one => one.Most >= Least).Select(static one => one.Row);
    }
}
