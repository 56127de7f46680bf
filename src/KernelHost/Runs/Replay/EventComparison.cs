using System.Globalization;
using System.Text.Json;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.Replay;

/// <summary>Compares two tellings of a run, event by event, as the bytes a journal would hold.</summary>
internal static class EventComparison
{
    public const string WholeEvent = "(event)";
    public const string Order = "(order)";

    public static List<EventDifference> Compare(IReadOnlyList<RunEvent> recorded, IReadOnlyList<RunEvent> replayed)
    {
        var ours = Entries(recorded);
        var theirs = Entries(replayed);
        var places = theirs.Select((entry, place) => (entry.Key, place)).ToDictionary(pair => pair.Key, pair => pair.place);
        List<EventDifference> differences = [];
        List<(Entry Recorded, Entry Replayed)> pairs = [];
        var last = -1;
        foreach (var entry in ours)
        {
            if (!places.Remove(entry.Key, out var place))
            {
                differences.Add(new(entry.Sequence, entry.Type, WholeEvent, entry.Text, null));
                continue;
            }

            pairs.Add((entry, theirs[place]));
            if (place < last)
            {
                differences.Add(new(entry.Sequence, entry.Type, Order, Number(entry.Sequence), Number(theirs[place].Sequence)));
            }

            last = Math.Max(last, place);
        }

        differences.AddRange(places.Values.Select(place => new EventDifference(theirs[place].Sequence, theirs[place].Type, WholeEvent, null, theirs[place].Text)));

        // The clock tells the recorded times in their order; where events are missing, more or moved, it tells those of others.
        var timesCount = differences.Count == 0;
        foreach (var (mine, other) in pairs)
        {
            differences.AddRange(Members(mine, other, timesCount));
        }

        return [.. differences.OrderBy(difference => difference.Sequence)];
    }

    private static IEnumerable<EventDifference> Members(Entry recorded, Entry replayed, bool timesCount)
    {
        if (recorded.Text == replayed.Text)
        {
            yield break;
        }

        var names = recorded.Json.EnumerateObject().Concat(replayed.Json.EnumerateObject()).Select(member => member.Name).Distinct();
        foreach (var name in names)
        {
            var (mine, other) = (Text(recorded.Json, name), Text(replayed.Json, name));
            if (mine != other && (timesCount || name != "time"))
            {
                yield return new(recorded.Sequence, recorded.Type, name, mine, other);
            }
        }
    }

    // What an event is about, and which of its kind about that: a call may be started twice, a run resumed many times.
    private static List<Entry> Entries(IReadOnlyList<RunEvent> events)
    {
        Dictionary<string, int> seen = [];
        List<Entry> entries = new(events.Count);
        foreach (var runEvent in events)
        {
            using var document = JsonDocument.Parse(RunEventJson.Write(runEvent));
            var json = document.RootElement.Clone();
            var type = json.GetProperty("type").GetString()!;
            var subject = $"{type} {Text(json, "callId")} {Text(json, "step")}";
            var nth = seen[subject] = seen.GetValueOrDefault(subject) + 1;
            entries.Add(new Entry($"{subject} {nth}", runEvent.Sequence, type, json, json.GetRawText()));
        }

        return entries;
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetRawText() : null;

    private static string Number(long sequence) => sequence.ToString(CultureInfo.InvariantCulture);

    private sealed record Entry(string Key, long Sequence, string Type, JsonElement Json, string Text);
}
