using KernelHost.Memory.Records;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Points;

/// <summary>Keeps the first points of a listing while all of them pass by, with their keys and what they are ordered by.</summary>
internal sealed class OrderedPoints
{
    private readonly PriorityQueue<Place, Place> _worst;
    private readonly RecordListing _listing;
    private readonly RecordSchema _schema;
    private readonly RecordField? _order;

    public OrderedPoints(RecordSchema schema, RecordField? order, RecordListing listing)
    {
        _schema = schema;
        _order = order;
        _listing = listing;
        _worst = new PriorityQueue<Place, Place>(Comparer<Place>.Create((left, right) => Compare(right, left)));
        Payload.Fields.Add(SafeNames.Key);
        if (order is not null)
        {
            Payload.Fields.Add(SafeNames.Of(order.Name));
        }
    }

    /// <summary>What of the payload is needed.</summary>
    public PayloadIncludeSelector Payload { get; } = new();

    /// <summary>How many are kept.</summary>
    public int Count => _worst.Count;

    public void Add(IEnumerable<RetrievedPoint> points)
    {
        foreach (var point in points)
        {
            var value = _order is not null && point.Payload.TryGetValue(SafeNames.Of(_order.Name), out var found) ? PayloadValues.Read(found, _order) : null;
            var place = new Place(point.Id, PointKeys.Read(point.Payload[SafeNames.Key], _schema.Key), value);
            _worst.Enqueue(place, place);
            if (_worst.Count > (long)_listing.Skip + _listing.Top)
            {
                _worst.Dequeue();
            }
        }
    }

    /// <summary>Those asked for, in their order.</summary>
    public IReadOnlyList<(PointId Id, object Key)> Take()
    {
        var places = _worst.UnorderedItems.Select(static item => item.Element).ToList();
        places.Sort(Compare);
        return [.. places.Skip(_listing.Skip).Select(static place => (place.Id, place.Key))];
    }

    // Null first, equal ones by key; from behind when descending, but for the keys of equal ones.
    private int Compare(Place left, Place right)
    {
        var compared = (left.Value, right.Value) switch
        {
            (null, null) => 0,
            (null, _) => -1,
            (_, null) => 1,
            (string a, string b) => string.CompareOrdinal(a, b),
            _ => Comparer<object>.Default.Compare(left.Value, right.Value),
        };
        var byKey = PointKeys.Compare(left.Key, right.Key);
        return _order is null ? (_listing.Descending ? -byKey : byKey) : compared == 0 ? byKey : _listing.Descending ? -compared : compared;
    }

    private sealed record Place(PointId Id, object Key, object? Value);
}
