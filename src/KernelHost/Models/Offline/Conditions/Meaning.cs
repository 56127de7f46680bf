using KernelHost.Models.Offline.Language;

namespace KernelHost.Models.Offline.Conditions;

/// <summary>The few words of conditions that mean the same, the opposite, or one of several states.</summary>
internal static class Meaning
{
    private static readonly string[][] Groups =
    [
        ["late", "delayed", "overdue", "delay"],
        ["cancelled", "canceled"],
        ["lost", "missing"],
        ["damaged", "broken", "defective"],
        ["finished", "completed", "done"],
        ["total", "sum", "amount", "price", "cost", "costs"],
        ["rain", "raining", "rainy", "rains"],
        ["snow", "snowing", "snowy"],
        ["transit", "underway"],
    ];

    private static readonly Lazy<Dictionary<string, int>> Index = new(() =>
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var group = 0; group < Groups.Length; group++)
        {
            foreach (var word in Groups[group])
            {
                index[Stemmer.Stem(word)] = group;
            }
        }

        return index;
    });

    private static readonly Lazy<HashSet<string>> States = new(() => new HashSet<string>(
        ((string[])["delivered", "shipped", "transit", "pending", "cancelled", "open", "closed", "paid", "unpaid", "draft", "published", "active", "inactive",
            "completed", "failed", "approved", "rejected", "processing", "placed", "new", "returned", "refunded", "resolved", "archived", "scheduled",
            "confirmed", "running", "stopped", "enabled", "disabled", "packed", "received", "expired", "done", "waiting", "online", "offline", "available",
            "sold", "blocked", "declined", "accepted", "started", "finished", "lost", "queued", "review"]).Select(Stemmer.Stem), StringComparer.Ordinal));

    public static bool Same(string left, string right) =>
        left == right || (Index.Value.TryGetValue(left, out var one) && Index.Value.TryGetValue(right, out var other) && one == other);

    public static bool Opposite(string left, string right) => left == Stemmer.Stem("time") && Same(right, Stemmer.Stem("late"));

    public static bool IsState(string stem) => States.Value.Contains(stem);
}
