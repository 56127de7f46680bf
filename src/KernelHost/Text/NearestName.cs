namespace KernelHost.Text;

/// <summary>Finds the name somebody probably meant, for messages of the form "Did you mean 'x'?".</summary>
public static class NearestName
{
    /// <summary>The candidate with the smallest edit distance to <paramref name="name"/>, or <see langword="null"/> when none is near.</summary>
    /// <param name="name">The unknown name. Only its first 128 characters count, so that hostile input costs little.</param>
    /// <param name="candidates">The names that exist.</param>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        var wanted = name.Length > 128 ? name[..128] : name;
        var limit = Math.Max(2, wanted.Length / 3);
        string? best = null;
        foreach (var candidate in candidates.Order(StringComparer.Ordinal))
        {
            if (Math.Abs(candidate.Length - wanted.Length) > limit)
            {
                continue;
            }

            var distance = Distance(wanted, candidate);
            if (distance <= limit)
            {
                (best, limit) = (candidate, distance - 1);
            }
        }

        return best;
    }

    /// <summary>" Did you mean 'x'?" with its leading space, or an empty string when no name is near.</summary>
    public static string Hint(string name, IEnumerable<string> candidates) =>
        Find(name, candidates) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    // Levenshtein's distance with two rows, without regard to case.
    private static int Distance(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        var current = new int[right.Length + 1];
        for (var i = 0; i < left.Length; i++)
        {
            current[0] = i + 1;
            for (var j = 0; j < right.Length; j++)
            {
                var replace = previous[j] + (char.ToLowerInvariant(left[i]) == char.ToLowerInvariant(right[j]) ? 0 : 1);
                current[j + 1] = Math.Min(replace, Math.Min(previous[j + 1], current[j]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
