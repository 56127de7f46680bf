using KernelHost.Qdrant.Protocol;

namespace KernelHost.Qdrant.Tests.Peer;

/// <summary>Searches a collection: exactly, with words weighed by their rarity, and with fusion by reciprocal ranks.</summary>
internal sealed class PeerSearch(PeerCollection collection, PeerState state)
{
    private const ulong DefaultLimit = 10;

    public IEnumerable<(PeerPoint Point, float Score)> Run(QueryPoints request)
    {
        var limit = request.HasLimit ? request.Limit : DefaultLimit;
        if (limit == 0)
        {
            throw PeerState.Fault(Grpc.Core.StatusCode.InvalidArgument, "Validation error in body: limit must be at least 1");
        }

        var found = request.Query?.Rrf is { } rrf
            ? Fuse([.. request.Prefetch.Select(Run)], rrf).Where(one => PeerFilter.Matches(request.Filter, one.Point))
            : Nearest(request.Query, request.Using, request.Filter, request.Params, request.HasScoreThreshold ? request.ScoreThreshold : null);
        return found.Skip((int)request.Offset).Take((int)Math.Min(limit, int.MaxValue));
    }

    private List<(PeerPoint Point, float Score)> Run(PrefetchQuery prefetch) => prefetch.Prefetch.Count > 0
        ? throw PeerState.Fault(Grpc.Core.StatusCode.Unimplemented, "The peer has no nested prefetch.")
        : [.. Nearest(prefetch.Query, prefetch.Using, prefetch.Filter, prefetch.Params, prefetch.HasScoreThreshold ? prefetch.ScoreThreshold : null).Take((int)Math.Min(prefetch.HasLimit ? prefetch.Limit : DefaultLimit, int.MaxValue))];

    private IEnumerable<(PeerPoint Point, float Score)> Nearest(Query? query, string name, Filter? filter, SearchParams? parameters, float? threshold)
    {
        Strictly(filter);
        Strictly(parameters?.Idf?.Corpus);
        var candidates = collection.Points.Values.Where(point => PeerFilter.Matches(filter, point));
        if (query?.Nearest is not { } nearest)
        {
            // Without a query points come in the order of their ids, which says nothing.
            return candidates.Select(static point => (point, 0f));
        }

        if (nearest.Sparse is { } sparse)
        {
            var words = Words(name, PeerCollection.Take(sparse), parameters?.Idf?.Corpus);
            return Order(candidates.Where(point => point.Sparse.TryGetValue(name, out var own) && words.Keys.Any(own.ContainsKey))
                .Select(point => (point, words.Sum(word => point.Sparse[name].GetValueOrDefault(word.Key) * word.Value))), isDistance: false, threshold);
        }

        var distance = collection.VectorOf(name).Distance;
        var vector = collection.Take(name, nearest.Dense.Data);
        return Order(candidates.Where(point => point.Dense.ContainsKey(name)).Select(point => (point, Compare(distance, vector, point.Dense[name]))),
            distance is Distance.Euclid or Distance.Manhattan, threshold);
    }

    private Dictionary<uint, float> Words(string name, Dictionary<uint, float> query, Filter? corpus)
    {
        if (!collection.IsSparse(name))
        {
            throw PeerState.Wrong($"Not existing vector name error: {name}");
        }

        if (query.Count == 0)
        {
            throw PeerState.Wrong("Sparse vector is empty");
        }

        if (collection.Request.SparseVectorsConfig.Map[name].Modifier != Modifier.Idf)
        {
            return query;
        }

        // Servers before 1.19 do not know the corpus and count all.
        var counted = collection.Points.Values.Where(point => point.Sparse.ContainsKey(name) && (!state.Has(1, 19) || PeerFilter.Matches(corpus, point))).ToList();
        return query.ToDictionary(static word => word.Key, word =>
        {
            var holders = counted.Count(point => point.Sparse[name].ContainsKey(word.Key));
            return word.Value * MathF.Log(((counted.Count - holders + 0.5f) / (holders + 0.5f)) + 1);
        });
    }

    private List<(PeerPoint Point, float Score)> Fuse(List<(PeerPoint Point, float Score)>[] legs, Rrf rrf)
    {
        float[]? weights = state.Has(1, 17) && rrf.Weights.Count > 0 ? [.. rrf.Weights] : null;
        if (weights is not null && weights.Length != legs.Length)
        {
            throw PeerState.Wrong($"Number of weights in RRF should match number of pre-fetches: got {weights.Length}, expected {legs.Length}");
        }

        var k = rrf.HasK ? (int)rrf.K : 2;
        var scores = new Dictionary<PointId, (PeerPoint Point, float Score)>();
        for (var leg = 0; leg < legs.Length; leg++)
        {
            for (var place = 0; place < legs[leg].Count; place++)
            {
                var point = legs[leg][place].Point;
                var score = 1 / (((place + 1) / (weights?[leg] ?? 1)) + k - 1);
                scores[point.Id] = (point, scores.GetValueOrDefault(point.Id).Score + score);
            }
        }

        return Order(scores.Values, isDistance: false, threshold: null);
    }

    // Equal ones in an order that is not that of the keys: nobody may count on one.
    private static List<(PeerPoint Point, float Score)> Order(IEnumerable<(PeerPoint Point, float Score)> points, bool isDistance, float? threshold)
    {
        var passing = points.Where(one => threshold is not { } limit || (isDistance ? one.Score < limit : one.Score > limit));
        return [.. (isDistance ? passing.OrderBy(static one => one.Score) : passing.OrderByDescending(static one => one.Score)).ThenByDescending(static one => one.Point.Id, new PointOrder())];
    }

    private static float Compare(Distance distance, float[] left, float[] right) => distance switch
    {
        Distance.Euclid => MathF.Sqrt(left.Zip(right).Sum(static pair => (pair.First - pair.Second) * (pair.First - pair.Second))),
        Distance.Manhattan => left.Zip(right).Sum(static pair => MathF.Abs(pair.First - pair.Second)),
        _ => left.Zip(right).Sum(static pair => pair.First * pair.Second),
    };

    private void Strictly(Filter? filter) => PeerPoints.CheckIndexes(filter, collection, state);
}
