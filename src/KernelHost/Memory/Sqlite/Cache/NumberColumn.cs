using KernelHost.Memory.Records;

namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>Whole numbers, numbers and times, all as whole numbers of the same order, so that every comparison is whether a number lies between two others.</summary>
internal sealed class NumberColumn(RecordField field) : Column(field)
{
    private readonly Growing<long> _values = new();
    private readonly Growing<bool> _has = new();

    public override long Bytes => _values.Capacity * 9L;

    public override void Fill(int count)
    {
        _values.Fill(count);
        _has.Fill(count);
    }

    public override void Add(ref BlobReader reader)
    {
        var value = reader.Fixed64();
        _values.Add(Field.Type == RecordFieldType.Number ? Order(BitConverter.Int64BitsToDouble(value)) : value);
        _has.Add(true);
    }

    public override Bits Compare(RecordOperator @operator, object? value, int count)
    {
        if (value is null)
        {
            var has = Between(long.MinValue, long.MaxValue, count);
            return @operator switch { RecordOperator.Equal => has.Not(), RecordOperator.NotEqual => has, _ => Bits.None(count) };
        }

        var bound = Order(value);
        return @operator switch
        {
            RecordOperator.Equal => Between(bound, bound, count),
            RecordOperator.NotEqual => Between(bound, bound, count).Not(),
            RecordOperator.Less => bound == long.MinValue ? Bits.None(count) : Between(long.MinValue, bound - 1, count),
            RecordOperator.LessOrEqual => Between(long.MinValue, bound, count),
            RecordOperator.Greater => bound == long.MaxValue ? Bits.None(count) : Between(bound + 1, long.MaxValue, count),
            _ => Between(bound, long.MaxValue, count),
        };
    }

    public override Bits AnyOf(IReadOnlyCollection<object?> values, int count)
    {
        var wanted = values.OfType<object>().Select(Order).ToHashSet();
        var withNull = values.Contains(null);
        var numbers = _values.First(count);
        var has = _has.First(count);
        var words = new ulong[(count + 63) / 64];
        for (var row = 0; row < count; row++)
        {
            words[row >> 6] |= (has[row] ? wanted.Contains(numbers[row]) : withNull) ? 1UL << row : 0;
        }

        return Bits.Of(words, count);
    }

    private Bits Between(long least, long most, int count)
    {
        var words = new ulong[(count + 63) / 64];
        for (var i = 0; i < words.Length; i++)
        {
            var start = i << 6;
            var length = Math.Min(64, count - start);
            var numbers = _values.First(count).Slice(start, length);
            var has = _has.First(count).Slice(start, length);
            var word = 0UL;
            for (var bit = 0; bit < numbers.Length; bit++)
            {
                word |= (has[bit] & (numbers[bit] >= least) & (numbers[bit] <= most)) ? 1UL << bit : 0;
            }

            words[i] = word;
        }

        return Bits.Of(words, count);
    }

    private static long Order(object value) => value switch
    {
        long number => number,
        double number => Order(number),
        DateTimeOffset time => time.UtcTicks,
        _ => throw new ArgumentException($"A value of type '{value.GetType().Name}' has no order."),
    };

    // The bits of a positive double sort as the numbers do, those of a negative one backwards. 0 and -0 are one number.
    private static long Order(double number)
    {
        var bits = BitConverter.DoubleToInt64Bits(number == 0 ? 0 : number);
        return bits >= 0 ? bits : long.MinValue - bits;
    }
}
