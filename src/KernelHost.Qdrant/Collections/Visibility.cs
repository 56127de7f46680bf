using Google.Protobuf.Collections;
using KernelHost.Qdrant.Filters;
using KernelHost.Qdrant.Points;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Collections;

/// <summary>
/// Which points readers see. A point that a change wrote carries the generation it is visible from; one that a change replaced or deleted, the generation until
/// which it was. Generations that were given up do not count. The head carries a generation that never comes, so that it is no record to anybody.
/// </summary>
internal static class Visibility
{
    /// <summary>Adds to a filter that only visible points count.</summary>
    public static Filter Restrict(Filter filter, CollectionHead head)
    {
        filter.MustNot.Add(Conditions.Above(SafeNames.From, head.Generation));
        var givenUp = head.GivenUp.Where(generation => generation <= head.Generation).ToArray();
        if (givenUp.Length > 0)
        {
            filter.MustNot.Add(Conditions.Whole(SafeNames.From, givenUp));
        }

        if (head.Generation > 0)
        {
            filter.MustNot.Add(Counting(Conditions.UpTo(SafeNames.Until, head.Generation), givenUp));
        }

        return filter;
    }

    /// <summary>Whether a point is visible.</summary>
    public static bool Sees(CollectionHead head, MapField<string, Value> payload)
    {
        var from = payload.TryGetValue(SafeNames.From, out var first) ? first.IntegerValue : 0;
        var until = payload.TryGetValue(SafeNames.Until, out var last) ? last.IntegerValue : long.MaxValue;
        return from <= head.Generation && !head.GivenUp.Contains(from) && (until > head.Generation || head.GivenUp.Contains(until));
    }

    /// <summary>The points that a plain write may replace: all but those that a change under way has marked, which must not come back when it is made.</summary>
    public static Filter Unmarked(CollectionHead head)
    {
        var filter = new Filter();
        filter.MustNot.Add(Counting(Conditions.Above(SafeNames.Until, head.Generation), [.. head.GivenUp]));
        return filter;
    }

    /// <summary>The points that readers see, without those that a change under way has marked.</summary>
    public static Filter Present(CollectionHead head)
    {
        var filter = Unmarked(head);
        filter.MustNot.Add(Conditions.Above(SafeNames.From, head.Generation));
        return filter;
    }

    /// <summary>The points that a change may replace where it writes a new one: what earlier changes that never came to be have written there, even after they were cut off.</summary>
    public static Filter NeverSeen(CollectionHead head)
    {
        var filter = new Filter();
        filter.Should.Add(Conditions.Between(SafeNames.From, head.Generation, head.Reserved + 1));
        if (head.GivenUp.Count > 0)
        {
            filter.Should.Add(Conditions.Whole(SafeNames.From, head.GivenUp));
        }

        return filter;
    }

    /// <summary>What readers saw once and see no more.</summary>
    public static Filter Past(CollectionHead head)
    {
        var filter = new Filter();
        filter.Must.Add(Counting(Conditions.UpTo(SafeNames.Until, head.Generation), [.. head.GivenUp]));
        return filter;
    }

    /// <summary>What no reader sees any more or ever did, once <paramref name="head"/> has reserved a generation. Nothing of a change that begins later.</summary>
    public static Filter Dead(CollectionHead head)
    {
        var filter = new Filter();
        filter.Should.Add(Conditions.Of(Past(head)));
        filter.Should.Add(Conditions.Between(SafeNames.From, head.Generation, head.Reserved));
        if (head.GivenUp.Count > 0)
        {
            filter.Should.Add(Conditions.Whole(SafeNames.From, head.GivenUp));
        }

        return filter;
    }

    /// <summary>Visible points with a mark of a change that never came to be.</summary>
    public static Filter FalselyMarked(CollectionHead head)
    {
        var filter = new Filter();
        filter.Should.Add(Conditions.Between(SafeNames.Until, head.Generation, head.Reserved));
        if (head.GivenUp.Count > 0)
        {
            filter.Should.Add(Conditions.Whole(SafeNames.Until, head.GivenUp));
        }

        return filter;
    }

    private static Condition Counting(Condition until, long[] givenUp)
    {
        if (givenUp.Length == 0)
        {
            return until;
        }

        var both = new Filter();
        both.Must.Add(until);
        both.MustNot.Add(Conditions.Whole(SafeNames.Until, givenUp));
        return Conditions.Of(both);
    }
}
