namespace KernelHost.Memory.Records;

/// <summary>What filters mean, and whether they fit a schema: the reference that every store is held to.</summary>
public static class RecordFilters
{
    /// <summary>Refuses a filter that does not fit the schema.</summary>
    /// <exception cref="ArgumentException">It names an unknown field or compares it with what it cannot be compared with.</exception>
    public static void Check(RecordFilter filter, RecordSchema schema)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(schema);
        switch (filter)
        {
            case CompareFilter compare:
                CheckCompare(compare, schema);
                break;
            case AnyOfFilter any:
                var (type, _) = Describe(any.Field, schema);
                foreach (var value in any.Values)
                {
                    CheckValue(any.Field, type, value, schema);
                }

                break;
            case AndFilter and:
                foreach (var part in and.Filters)
                {
                    Check(part, schema);
                }

                break;
            case OrFilter or:
                foreach (var part in or.Filters)
                {
                    Check(part, schema);
                }

                break;
            case NotFilter not:
                Check(not.Filter, schema);
                break;
            default:
                throw new ArgumentException($"A filter of type '{filter.GetType().Name}' is not known. Build filters with the methods of RecordFilter.", nameof(filter));
        }
    }

    /// <summary>Whether the filter selects the record.</summary>
    public static bool Matches(RecordFilter filter, Record record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return filter switch
        {
            CompareFilter compare => Compare(Value(record, compare.Field), compare.Operator, compare.Value),
            AnyOfFilter any when Value(record, any.Field) is IReadOnlyList<object?> list => list.Any(element => any.Values.Any(value => AreEqual(element, value))),
            AnyOfFilter any => any.Values.Any(value => AreEqual(Value(record, any.Field), value)),
            AndFilter and => and.Filters.All(part => Matches(part, record)),
            OrFilter or => or.Filters.Any(part => Matches(part, record)),
            NotFilter not => !Matches(not.Filter, record),
            _ => throw new ArgumentException($"A filter of type '{filter?.GetType().Name}' is not known.", nameof(filter)),
        };
    }

    private static object? Value(Record record, string field) => field == RecordFilter.Key ? record.Key : record[field];

    private static bool Compare(object? left, RecordOperator @operator, object? right) => @operator switch
    {
        RecordOperator.Equal => AreEqual(left, right),
        RecordOperator.NotEqual => !AreEqual(left, right),
        _ when left is null || right is null => false,
        RecordOperator.Less => Comparer<object>.Default.Compare(left, right) < 0,
        RecordOperator.LessOrEqual => Comparer<object>.Default.Compare(left, right) <= 0,
        RecordOperator.Greater => Comparer<object>.Default.Compare(left, right) > 0,
        RecordOperator.GreaterOrEqual => Comparer<object>.Default.Compare(left, right) >= 0,
        _ => throw new ArgumentOutOfRangeException(nameof(@operator), @operator, message: null),
    };

    // The operator ==, which Equals differs from for NaN alone: a field that is not a number equals nothing.
    private static bool AreEqual(object? left, object? right) => left is double number ? right is double other && number == other : Equals(left, right);

    private static (RecordFieldType Type, bool IsList) Describe(string field, RecordSchema schema)
    {
        if (field == RecordFilter.Key)
        {
            return (schema.Key == RecordKeyType.WholeNumber ? RecordFieldType.WholeNumber : RecordFieldType.Text, false);
        }

        var found = schema.Fields.FirstOrDefault(candidate => candidate.Name == field)
            ?? throw new ArgumentException($"There is no field '{field}' to filter by. Fields: {string.Join(", ", schema.Fields.Select(static candidate => candidate.Name))}.");
        return (found.Type, found.IsList);
    }

    private static void CheckCompare(CompareFilter compare, RecordSchema schema)
    {
        var (type, isList) = Describe(compare.Field, schema);
        if (!Enum.IsDefined(compare.Operator))
        {
            throw new ArgumentException($"The operator '{compare.Operator}' is not known.");
        }

        if (isList && (compare.Value is not null || compare.Operator is not (RecordOperator.Equal or RecordOperator.NotEqual)))
        {
            throw new ArgumentException($"The field '{compare.Field}' is a list: ask for its elements with AnyOf.");
        }

        if (compare.Operator is not (RecordOperator.Equal or RecordOperator.NotEqual) && type is not (RecordFieldType.WholeNumber or RecordFieldType.Number or RecordFieldType.Time))
        {
            throw new ArgumentException($"The field '{compare.Field}' holds '{type}', which has no order. Only numbers and times can be compared with '{compare.Operator}'.");
        }

        CheckValue(compare.Field, type, compare.Value, schema);
    }

    private static void CheckValue(string field, RecordFieldType type, object? value, RecordSchema schema)
    {
        var fits = (type, value) switch
        {
            (_, null) => true,
            _ when field == RecordFilter.Key && schema.Key == RecordKeyType.Uuid => value is Guid,
            (RecordFieldType.Text, string) => true,
            (RecordFieldType.Boolean, bool) => true,
            (RecordFieldType.WholeNumber, long) => true,
            (RecordFieldType.Number, double number) => !double.IsNaN(number),
            (RecordFieldType.Time, DateTimeOffset) => true,
            _ => false,
        };
        if (!fits)
        {
            throw new ArgumentException($"The field '{field}' holds '{type}' and cannot be compared with {(value is double.NaN ? "what is not a number" : $"a value of type '{value!.GetType().Name}'")}.");
        }
    }
}
