using KernelHost.Memory.Records;
using KernelHost.Qdrant.Points;
using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Search;

/// <summary>Found points in their order. The server has them by score, and equal ones by chance; here equal ones are ordered by key.</summary>
internal sealed class Ranking
{
    private readonly List<Place> _places;

    private Ranking(List<Place> places) => _places = places;

    /// <summary>The places, best first.</summary>
    public IReadOnlyList<Place> Places => _places;

    /// <summary>The order of an answer.</summary>
    public static Ranking Of(IEnumerable<ScoredPoint> points, PointReader reader)
    {
        var places = points.Select(point => new Place(point, reader.KeyOf(point.Payload), point.Score)).ToList();
        for (var start = 0; start < places.Count;)
        {
            var end = start + 1;
            while (end < places.Count && places[end].Score == places[start].Score)
            {
                end++;
            }

            places.Sort(start, end - start, Comparer<Place>.Create(static (left, right) => PointKeys.Compare(left.Key, right.Key)));
            start = end;
        }

        return new Ranking(places);
    }

    /// <summary>Fuses legs as the server does: by reciprocal ranks, with weights that stretch the places.</summary>
    public static Ranking Fuse(IReadOnlyList<(Ranking Ranking, float Weight)> legs, int k)
    {
        var fused = new Dictionary<object, Place>();
        foreach (var (ranking, weight) in legs)
        {
            for (var i = 0; i < ranking._places.Count; i++)
            {
                var place = ranking._places[i];
                var share = 1 / (((i + 1) / weight) + k - 1);
                fused[place.Key] = fused.TryGetValue(place.Key, out var found) ? found with { Score = found.Score + share } : place with { Score = share };
            }
        }

        var places = fused.Values.ToList();
        places.Sort(static (left, right) => left.Score == right.Score ? PointKeys.Compare(left.Key, right.Key) : right.Score.CompareTo(left.Score));
        return new Ranking(places);
    }

    /// <summary>The places by key.</summary>
    public IReadOnlyDictionary<object, LegPlace> ByKey() =>
        _places.Index().ToDictionary(static pair => pair.Item.Key, static pair => new LegPlace(pair.Index + 1, pair.Item.Score));

    /// <summary>A place.</summary>
    /// <param name="Point">The point, with what was asked for of it.</param>
    /// <param name="Key">Its key.</param>
    /// <param name="Score">Its score.</param>
    internal sealed record Place(ScoredPoint Point, object Key, float Score);
}
