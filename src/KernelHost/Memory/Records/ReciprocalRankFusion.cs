namespace KernelHost.Memory.Records;

/// <summary>Fuses the orders of several legs into one, as <see cref="RecordSearch"/> describes and as Qdrant does it. Scores of different legs are never compared, only places.</summary>
internal static class ReciprocalRankFusion
{
    /// <summary>What a place in a leg counts: <c>1 / (place / weight + k - 1)</c>.</summary>
    /// <param name="place">The place, from 1.</param>
    /// <param name="weight">The weight of the leg, above 0.</param>
    /// <param name="k">The constant of the fusion.</param>
    public static double Score(int place, float weight, int k) => 1 / ((place / (double)weight) + k - 1);

    /// <summary>Fuses legs. Best first; equal ones by <paramref name="order"/>.</summary>
    /// <param name="legs">The keys of each leg, best first, and its weight.</param>
    /// <param name="k">The constant of the fusion.</param>
    /// <param name="order">The order of the keys.</param>
    public static IReadOnlyList<(TKey Key, double Score)> Fuse<TKey>(IEnumerable<(IEnumerable<TKey> Keys, float Weight)> legs, int k, IComparer<TKey> order)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(legs);
        var scores = new Dictionary<TKey, double>();
        foreach (var (keys, weight) in legs)
        {
            var place = 0;
            foreach (var key in keys)
            {
                scores[key] = scores.GetValueOrDefault(key) + Score(++place, weight, k);
            }
        }

        return [.. scores.OrderByDescending(static pair => pair.Value).ThenBy(static pair => pair.Key, order).Select(static pair => (pair.Key, pair.Value))];
    }
}
