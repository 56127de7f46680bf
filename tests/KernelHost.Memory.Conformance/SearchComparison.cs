using KernelHost.Memory.Records;

namespace KernelHost.Memory.Conformance;

/// <summary>
/// Holds the answer of a store to the reference store's legs, hit by hit. Scores that differ by no more than rounding are ties: a tied record may stand anywhere
/// among its equals, in a leg and so in the fusion, and nowhere else.
/// </summary>
internal sealed class SearchComparison
{
    private readonly RecordSearch _search;
    private readonly Leg[] _legs;

    private SearchComparison(RecordSearch search, Leg[] legs) => (_search, _legs) = (search, legs);

    /// <summary>Fails unless the store's answer is the reference's.</summary>
    public static async Task CheckAsync(RecordSearch search, RecordCollection tested, RecordCollection reference, CancellationToken cancellationToken)
    {
        List<RecordSearch> alone = [];
        if (search.Keywords is not null)
        {
            alone.Add(search with { Vectors = [] });
        }

        alone.AddRange(search.Vectors.Select(leg => search with { Keywords = null, Vectors = [leg] }));
        var schema = (await reference.GetStateAsync(cancellationToken))!.Schema;
        var legs = new Leg[alone.Count];
        for (var i = 0; i < legs.Length; i++)
        {
            var hits = await reference.SearchAsync(alone[i] with { Skip = 0, Top = int.MaxValue, Explain = false, IncludeVectors = false }, cancellationToken);
            var vector = alone[i].Vectors.SingleOrDefault();
            var isDistance = vector is not null && schema.Vectors.First(one => one.Name == vector.Name).Distance is VectorDistance.Euclidean or VectorDistance.Manhattan;
            var depth = legs.Length == 1 ? int.MaxValue : Math.Max(vector?.Depth ?? search.Keywords!.Depth, search.Skip + search.Top);
            legs[i] = new Leg(hits.ToDictionary(static hit => hit.Record.Key, static hit => hit.Score), isDistance, depth, vector?.Weight ?? search.Keywords!.Weight);
        }

        new SearchComparison(search, legs).Check(await tested.SearchAsync(search, cancellationToken));
    }

    private void Check(IReadOnlyList<RecordHit> hits)
    {
        var expected = _legs.SelectMany(static leg => leg.Scores.Keys).Distinct().ToDictionary(static key => key, Bounds);
        Assert.Distinct(hits.Select(static hit => hit.Record.Key));
        Assert.InRange(hits.Count, Page(expected.Values.Count(static one => one.IsCertain)), Page(expected.Count));
        foreach (var (index, hit) in hits.Index())
        {
            var value = Sign * hit.Score;
            var place = _search.Skip + index;
            Assert.True(expected.TryGetValue(hit.Record.Key, out var own), $"'{hit.Record.Key}' at place {place} should not have been found.");
            Assert.True(value >= own.Low - own.Tolerance && value <= own.High + own.Tolerance, $"'{hit.Record.Key}' at place {place} scores {hit.Score}, not {own.Low} to {own.High}.");
            Assert.True(index == 0 || value <= (Sign * hits[index - 1].Score) + own.Tolerance, $"'{hit.Record.Key}' at place {place} stands behind one with a lower score.");
            Assert.True(expected.Values.Count(other => other.IsCertain && other.Low > value + (2 * own.Tolerance)) <= place, $"'{hit.Record.Key}' at place {place} stands before better ones.");
            Assert.True(expected.Values.Count(other => other.High >= value - (2 * own.Tolerance)) > place, $"'{hit.Record.Key}' at place {place} stands behind worse ones.");
            CheckExplanation(hit);
        }
    }

    private void CheckExplanation(RecordHit hit)
    {
        LegPlace?[] places = [.. _search.Keywords is null ? Array.Empty<LegPlace?>() : [hit.Keywords], .. hit.Vectors];
        if (!_search.Explain)
        {
            Assert.All(places, Assert.Null);
            return;
        }

        Assert.Equal(_legs.Length, places.Length);
        var fused = 0d;
        foreach (var (leg, place) in _legs.Zip(places))
        {
            var (best, worst) = leg.Places(hit.Record.Key);
            if (place is null)
            {
                Assert.True(worst > leg.Depth, $"'{hit.Record.Key}' is at place {worst} of a leg that has no place for it.");
                continue;
            }

            Assert.InRange(place.Rank, best, Math.Min(worst, leg.Depth));
            Assert.Equal(leg.Scores[hit.Record.Key], place.Score, Leg.Tolerance(place.Score));
            fused += Share(place.Rank, leg.Weight);
        }

        if (_legs.Length > 1)
        {
            Assert.Equal(fused, hit.Score, 1e-6);
        }
    }

    private int Page(int found) => Math.Clamp(found - _search.Skip, 0, _search.Top);

    private double Sign => _legs is [{ IsDistance: true }] ? -1 : 1;

    // Between which scores a record may come out, higher is better, and whether it must.
    private (double Low, double High, double Tolerance, bool IsCertain) Bounds(object key)
    {
        if (_legs is [var only])
        {
            return (Sign * only.Scores[key], Sign * only.Scores[key], Leg.Tolerance(only.Scores[key]), true);
        }

        var (low, high, isCertain) = (0d, 0d, false);
        foreach (var leg in _legs)
        {
            var (best, worst) = leg.Places(key);
            high += best <= leg.Depth ? Share(best, leg.Weight) : 0;
            low += worst <= leg.Depth ? Share(worst, leg.Weight) : 0;
            isCertain |= worst <= leg.Depth;
        }

        return (low, high, 1e-6, isCertain);
    }

    private double Share(int rank, float weight) => 1 / ((rank / (double)weight) + _search.K - 1);

    private sealed record Leg(Dictionary<object, double> Scores, bool IsDistance, int Depth, float Weight)
    {
        public static double Tolerance(double score) => 2e-5 * Math.Max(1, Math.Abs(score));

        public (int Best, int Worst) Places(object key)
        {
            if (!Scores.TryGetValue(key, out var score))
            {
                return (int.MaxValue, int.MaxValue);
            }

            var sign = IsDistance ? -1 : 1;
            var tolerance = 2 * Tolerance(score);
            return (1 + Scores.Values.Count(other => sign * (other - score) > tolerance), Scores.Values.Count(other => sign * (other - score) >= -tolerance));
        }
    }
}
