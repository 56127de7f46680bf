using System.Numerics.Tensors;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Conformance;

/// <summary>A search, leg by leg, as <see cref="RecordSearch"/> says.</summary>
internal static class ReferenceSearch
{
    private sealed record Found(Record Record, double Score);

    public static IReadOnlyList<RecordHit> Run(ReferenceContent content, RecordSearch search)
    {
        var visible = Visible(content, search);
        bool Matches(Record record) => RecordFilters.Matches(search.Filter, record);

        // A leg that is alone brings all it has; one of several brings so many to the fusion.
        var isFused = search.Vectors.Count + (search.Keywords is null ? 0 : 1) > 1;
        List<Found> Cut(List<Found> found, int depth) => isFused ? [.. found.Take(Math.Max(depth, search.Skip + search.Top))] : found;

        var keywords = search.Keywords is { } leg ? Cut(Keywords(content.State.Schema, visible, leg, Matches), leg.Depth) : null;
        var vectors = search.Vectors.Select(one => Cut(Nearest(content.State.Schema, visible.Where(Matches), one), one.Depth)).ToArray();
        var hits = (keywords, vectors) switch
        {
            ({ } only, []) => only.Select(static found => new RecordHit(found.Record, found.Score)),
            (null, [var only]) => only.Select(static found => new RecordHit(found.Record, found.Score)),
            _ => Fuse(search, keywords, vectors),
        };
        return
        [
            .. hits.Skip(search.Skip).Take(search.Top).Select(hit => new RecordHit(ReferenceRecordCollection.Shown(hit.Record, search.IncludeVectors), hit.Score)
            {
                Keywords = search.Explain && keywords is not null ? Place(keywords, hit.Record) : null,
                Vectors = search.Explain ? [.. vectors.Select(found => Place(found, hit.Record))] : [],
            }),
        ];
    }

    public static int CountHeldWords(ReferenceContent content, RecordSearch search)
    {
        var held = Visible(content, search).Where(record => RecordFilters.Matches(search.Filter, record)).SelectMany(record => Bm25.WordsOf(content.State.Schema, record).Words).ToHashSet();
        return search.Keywords is { } leg ? Bm25.WordsOf(leg.Text, leg.Group).Count(held.Contains) : 0;
    }

    private static Record[] Visible(ReferenceContent content, RecordSearch search) => content.State.Schema.TenantField is { } tenant
        ? [.. content.Records.Values.Where(record => Equals(record[tenant.Name], search.Tenant))]
        : [.. content.Records.Values];

    // The words are counted in all records of the tenant; what the filter hides is not found, but its words are as rare as they are.
    private static List<Found> Keywords(RecordSchema schema, Record[] visible, KeywordLeg leg, Func<Record, bool> matches)
    {
        var weights = visible.Select(record => (Record: record, Weights: WeightsOf(schema, record))).Where(static one => one.Weights.Count > 0).ToArray();
        var scores = new Dictionary<Record, double>(ReferenceEqualityComparer.Instance);
        foreach (var word in Bm25.WordsOf(leg.Text, leg.Group))
        {
            var holders = weights.Where(one => one.Weights.ContainsKey(word)).ToArray();
            foreach (var (record, weight) in holders)
            {
                scores[record] = scores.GetValueOrDefault(record) + (weight[word] * Bm25.Step * (double)Bm25.Rarity(weights.Length, holders.Length));
            }
        }

        // In the order of the keys before they are ordered by score, which keeps equal ones in their place.
        return [.. visible.Where(record => scores.ContainsKey(record) && matches(record)).Select(record => new Found(record, scores[record]))
            .Where(found => leg.Threshold is not { } threshold || found.Score >= threshold)
            .OrderByDescending(static found => found.Score)];
    }

    private static Dictionary<uint, byte> WeightsOf(RecordSchema schema, Record record)
    {
        var (words, weights) = Bm25.WordsOf(schema, record);
        return words.Zip(weights).ToDictionary(static pair => pair.First, static pair => pair.Second);
    }

    private static List<Found> Nearest(RecordSchema schema, IEnumerable<Record> records, VectorLeg leg)
    {
        var distance = schema.Vectors.First(vector => vector.Name == leg.Name).Distance;
        var isSimilarity = distance is VectorDistance.Cosine or VectorDistance.DotProduct;
        var found = records.Where(record => record.Vectors.ContainsKey(leg.Name))
            .Select(record => new Found(record, Compare(distance, record.Vectors[leg.Name].Span, leg.Vector.Span)))
            .Where(one => leg.Threshold is not { } threshold || (isSimilarity ? one.Score >= threshold : one.Score <= threshold));
        return [.. isSimilarity ? found.OrderByDescending(static one => one.Score) : found.OrderBy(static one => one.Score)];
    }

    private static double Compare(VectorDistance distance, ReadOnlySpan<float> left, ReadOnlySpan<float> right) => distance switch
    {
        VectorDistance.Cosine when TensorPrimitives.Norm(right) is var norm => norm > 0 ? TensorPrimitives.Dot(left, right) / norm : 0,
        VectorDistance.DotProduct => TensorPrimitives.Dot(left, right),
        VectorDistance.Euclidean => TensorPrimitives.Distance(left, right),
        VectorDistance.Manhattan => Manhattan(left, right),
        _ => throw new ArgumentOutOfRangeException(nameof(distance), distance, message: null),
    };

    private static double Manhattan(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        var sum = 0f;
        for (var i = 0; i < left.Length; i++)
        {
            sum += Math.Abs(left[i] - right[i]);
        }

        return sum;
    }

    private static IEnumerable<RecordHit> Fuse(RecordSearch search, List<Found>? keywords, List<Found>[] vectors)
    {
        var scores = new Dictionary<object, (Record Record, double Score)>();
        void Add(List<Found> found, float weight)
        {
            foreach (var (place, one) in found.Index())
            {
                scores[one.Record.Key] = (one.Record, scores.GetValueOrDefault(one.Record.Key).Score + (1 / (((place + 1) / (double)weight) + search.K - 1)));
            }
        }

        if (search.Keywords is { } leg && keywords is not null)
        {
            Add(keywords, leg.Weight);
        }

        foreach (var (vector, found) in search.Vectors.Zip(vectors))
        {
            Add(found, vector.Weight);
        }

        return scores.Values.OrderByDescending(static pair => pair.Score).ThenBy(static pair => pair.Record.Key, ReferenceContent.Keys)
            .Select(static pair => new RecordHit(pair.Record, pair.Score));
    }

    private static LegPlace? Place(List<Found> found, Record record)
    {
        var index = found.FindIndex(one => one.Record.Key.Equals(record.Key));
        return index < 0 ? null : new LegPlace(index + 1, found[index].Score);
    }
}
