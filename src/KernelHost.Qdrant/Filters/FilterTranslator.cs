using Google.Protobuf.WellKnownTypes;
using KernelHost.Memory.Records;
using KernelHost.Qdrant.Points;
using KernelHost.Qdrant.Protocol;
using Range = KernelHost.Qdrant.Protocol.Range;

namespace KernelHost.Qdrant.Filters;

/// <summary>
/// Turns a filter into the server's own, exactly: every leaf becomes a condition that is either true or false for every point, so that <c>must_not</c> is the
/// exact complement.
/// </summary>
internal sealed class FilterTranslator(RecordSchema schema)
{
    // Readers of the protocol stop at a hundred messages in each other; a level takes two, and the request some more.
    private const int Deepest = 40;

    /// <summary>Refuses what does not fit the schema, and translates the rest.</summary>
    /// <exception cref="ArgumentException">The filter does not fit the schema, or its type is not known.</exception>
    public Filter Translate(RecordFilter filter)
    {
        RecordFilters.Check(filter, schema);
        var result = new Filter();
        if (filter is AndFilter all)
        {
            result.Must.AddRange(all.Filters.Select(Condition));
        }
        else
        {
            result.Must.Add(Condition(filter));
        }

        return Conditions.Depth(result) <= Deepest ? result : throw new ArgumentException(
            $"The filter is nested more than {Deepest} levels deep, which Qdrant does not read. Write it flatter: And and Or take any number of filters.", nameof(filter));
    }

    private Condition Condition(RecordFilter filter) => filter switch
    {
        CompareFilter { Operator: RecordOperator.NotEqual } compare => Conditions.Not(Equal(compare.Field, compare.Value)),
        CompareFilter { Operator: RecordOperator.Equal } compare => Equal(compare.Field, compare.Value),
        CompareFilter { Value: null } => Conditions.Any(),
        CompareFilter compare => Ordered(compare),
        AnyOfFilter any => AnyOf(any.Field, any.Values),
        AndFilter and => Conditions.All([.. and.Filters.Select(Condition)]),
        OrFilter or => Conditions.Any([.. or.Filters.Select(Condition)]),
        NotFilter not => Conditions.Not(Condition(not.Filter)),
        _ => throw new ArgumentException($"A filter of type '{filter?.GetType().Name}' cannot be translated for Qdrant.", nameof(filter)),
    };

    private Condition Equal(string field, object? value) => AnyOf(field, [value]);

    private Condition AnyOf(string field, IReadOnlyCollection<object?> values)
    {
        if (field == RecordFilter.Key)
        {
            return Conditions.Ids(values.Where(key => RecordChecks.KeyFault(key, schema) is null).SelectMany(static key => (PointId[])[PointKeys.First(key!), PointKeys.Second(key!)]));
        }

        var described = schema.Fields.First(candidate => candidate.Name == field);
        var name = SafeNames.Of(field);
        List<Condition> either = [.. Present(name, described.Type, [.. values.OfType<object>()])];
        if (values.Contains(null))
        {
            either.Add(described.IsList
                ? Conditions.All(Conditions.Empty(name), Conditions.Not(Conditions.Text(SafeNames.Facts, PayloadValues.EmptyFact(name))))
                : Conditions.Empty(name));
        }

        return Conditions.Any([.. either]);
    }

    private static IEnumerable<Condition> Present(string name, RecordFieldType type, object[] values)
    {
        if (values.Length == 0)
        {
            return [];
        }

        return type switch
        {
            RecordFieldType.Text => [Conditions.Text(name, values.Cast<string>())],
            RecordFieldType.WholeNumber => [Conditions.Whole(name, values.Cast<long>())],
            RecordFieldType.Boolean => values.Distinct().Select(value => Conditions.Boolean(name, (bool)value)),
            RecordFieldType.Number => values.Distinct().Select(value => EqualNumber(name, (double)value)),
            _ => values.Distinct().Select(value => EqualTime(name, (DateTimeOffset)value)),
        };
    }

    private static Condition EqualNumber(string name, double value) => double.IsInfinity(value)
        ? Conditions.Text(SafeNames.Facts, PayloadValues.InfiniteFact(name, value))
        : Conditions.Number(name, new Range { Gte = value, Lte = value });

    private static Condition EqualTime(string name, DateTimeOffset value) => Floor(value) is var (time, isWhole) && isWhole
        ? Conditions.Time(name, new DatetimeRange { Gte = time, Lte = time })
        : Conditions.Any();

    private static Condition Ordered(CompareFilter compare)
    {
        var name = compare.Field == RecordFilter.Key ? SafeNames.Key : SafeNames.Of(compare.Field);
        return compare.Value switch
        {
            long whole => OrderedNumbers.Whole(name, compare.Operator, whole),
            double number => OrderedNumbers.Number(name, compare.Operator, number),
            DateTimeOffset time => Conditions.Time(name, OrderedTime(compare.Operator, time)),
            _ => throw new ArgumentException($"A value of type '{compare.Value!.GetType().Name}' has no order."),
        };
    }

    // Times are kept to the microsecond; one between two microseconds is above the lower and below the upper.
    private static DatetimeRange OrderedTime(RecordOperator @operator, DateTimeOffset value)
    {
        var (time, isWhole) = Floor(value);
        return @operator switch
        {
            RecordOperator.Less when isWhole => new DatetimeRange { Lt = time },
            RecordOperator.Less or RecordOperator.LessOrEqual => new DatetimeRange { Lte = time },
            RecordOperator.GreaterOrEqual when isWhole => new DatetimeRange { Gte = time },
            _ => new DatetimeRange { Gt = time },
        };
    }

    private static (Timestamp Time, bool IsWhole) Floor(DateTimeOffset value)
    {
        var rest = value.UtcTicks % TimeSpan.TicksPerMicrosecond;
        return (Timestamp.FromDateTimeOffset(new DateTimeOffset(value.UtcTicks - rest, TimeSpan.Zero)), rest == 0);
    }
}
