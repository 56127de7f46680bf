using KernelHost.Memory.Records;
using KernelHost.Qdrant.Points;
using KernelHost.Qdrant.Protocol;
using Range = KernelHost.Qdrant.Protocol.Range;

namespace KernelHost.Qdrant.Filters;

/// <summary>Comparisons of numbers by size, where the server's floating point would round or has no such number.</summary>
internal static class OrderedNumbers
{
    /// <summary>Compares whole numbers. Large ones are compared by their halves, because the server's comparison rounds them.</summary>
    public static Condition Whole(string field, RecordOperator @operator, long value)
    {
        if (value is > -PayloadValues.Exact and < PayloadValues.Exact)
        {
            return Conditions.Number(field, Bound(@operator, value));
        }

        var isLess = @operator is RecordOperator.Less or RecordOperator.LessOrEqual;
        var (high, low) = PayloadValues.Halves(field);
        double upper = value >> 32;
        double lower = value & uint.MaxValue;
        // Those with halves lie on both sides of zero; the upper half, which has the sign, tells them apart.
        var large = Conditions.Any(
            Conditions.Number(high, isLess ? new Range { Lt = upper } : new Range { Gt = upper }),
            Conditions.All(Conditions.Number(high, new Range { Gte = upper, Lte = upper }), Conditions.Number(low, Bound(@operator, lower))));
        return isLess == value > 0
            ? Conditions.Any(large, Conditions.Number(field, new Range { Gt = -PayloadValues.Exact, Lt = PayloadValues.Exact }))
            : large;
    }

    /// <summary>Compares numbers; infinite ones are facts.</summary>
    public static Condition Number(string field, RecordOperator @operator, double value)
    {
        var isLess = @operator is RecordOperator.Less or RecordOperator.LessOrEqual;
        List<Condition> either = [];
        if (double.IsFinite(value))
        {
            either.Add(Conditions.Number(field, Bound(@operator, value)));
        }
        else if (isLess == value > 0)
        {
            either.Add(Conditions.Number(field, new Range { Gte = double.MinValue }));
        }

        foreach (var infinite in (double[])[double.NegativeInfinity, double.PositiveInfinity])
        {
            var comparison = infinite.CompareTo(value);
            if (comparison == 0 ? @operator is RecordOperator.LessOrEqual or RecordOperator.GreaterOrEqual : comparison < 0 == isLess)
            {
                either.Add(Conditions.Text(SafeNames.Facts, PayloadValues.InfiniteFact(field, infinite)));
            }
        }

        return Conditions.Any([.. either]);
    }

    private static Range Bound(RecordOperator @operator, double value) => @operator switch
    {
        RecordOperator.Less => new Range { Lt = value },
        RecordOperator.LessOrEqual => new Range { Lte = value },
        RecordOperator.Greater => new Range { Gt = value },
        _ => new Range { Gte = value },
    };
}
