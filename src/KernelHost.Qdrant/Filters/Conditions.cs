using KernelHost.Qdrant.Protocol;
using Range = KernelHost.Qdrant.Protocol.Range;

namespace KernelHost.Qdrant.Filters;

/// <summary>The conditions that filters are made of.</summary>
internal static class Conditions
{
    public static Condition Of(Filter filter) => new() { Filter = filter };

    /// <summary>The opposite; of an opposite, what it is the opposite of.</summary>
    public static Condition Not(Condition condition)
    {
        if (condition.Filter is { Should.Count: 0, Must.Count: 0, MustNot: [var inner] })
        {
            return inner;
        }

        var filter = new Filter();
        filter.MustNot.Add(condition);
        return Of(filter);
    }

    public static Condition All(params IReadOnlyList<Condition> conditions)
    {
        if (conditions is [var only])
        {
            return only;
        }

        var filter = new Filter();
        filter.Must.AddRange(conditions);
        return Of(filter);
    }

    /// <summary>One of them; none of none, which the server would read as any.</summary>
    public static Condition Any(params IReadOnlyList<Condition> conditions)
    {
        if (conditions.Count == 0)
        {
            return Not(Of(new Filter()));
        }

        if (conditions is [var only])
        {
            return only;
        }

        var filter = new Filter();
        filter.Should.AddRange(conditions);
        return Of(filter);
    }

    public static Condition Text(string field, params IEnumerable<string> texts)
    {
        var match = new Match { Keywords = new RepeatedStrings() };
        match.Keywords.Strings.AddRange(texts);
        return match.Keywords.Strings.Count == 0 ? Any() : Field(field, match);
    }

    public static Condition Whole(string field, params IEnumerable<long> numbers)
    {
        var match = new Match { Integers = new RepeatedIntegers() };
        match.Integers.Integers.AddRange(numbers);
        return match.Integers.Integers.Count == 0 ? Any() : Field(field, match);
    }

    public static Condition Boolean(string field, bool value) => Field(field, new Match { Boolean = value });

    /// <summary>The field is missing, null or an empty list.</summary>
    public static Condition Empty(string field) => new() { IsEmpty = new IsEmptyCondition { Key = field } };

    public static Condition Ids(params IEnumerable<PointId> ids)
    {
        var condition = new HasIdCondition();
        condition.HasId.AddRange(ids);
        return condition.HasId.Count == 0 ? Any() : new Condition { HasId = condition };
    }

    public static Condition Above(string field, double value) => Number(field, new Range { Gt = value });

    public static Condition UpTo(string field, double value) => Number(field, new Range { Lte = value });

    /// <summary>Greater than one, smaller than the other.</summary>
    public static Condition Between(string field, double above, double below) => Number(field, new Range { Gt = above, Lt = below });

    public static Condition Number(string field, Range range) => new() { Field = new FieldCondition { Key = field, Range = range } };

    public static Condition Time(string field, DatetimeRange range) => new() { Field = new FieldCondition { Key = field, DatetimeRange = range } };

    /// <summary>How deep conditions lie in each other.</summary>
    public static int Depth(Filter filter) =>
        1 + filter.Should.Concat(filter.Must).Concat(filter.MustNot).Select(static condition => condition.Filter is { } inner ? Depth(inner) : 0).DefaultIfEmpty().Max();

    private static Condition Field(string field, Match match) => new() { Field = new FieldCondition { Key = field, Match = match } };
}
