using System.Globalization;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.Replay;

/// <summary>Says why a replay differs, as far as the journal tells what has changed since.</summary>
internal static class ReplayNotes
{
    public static List<string> Explain(
        BoundAgent agent, RunRecording recording, IReadOnlyList<RunEvent> replayed, IReadOnlyList<EventDifference> differences, string? missing)
    {
        List<string> notes = [];
        var samePolicy = recording.Started.PolicyVersion == agent.PolicyVersion;
        if (!samePolicy)
        {
            notes.Add($"The policy has changed since: recorded under '{Short(recording.Started.PolicyVersion)}', replayed under '{Short(agent.PolicyVersion)}' ({agent.Policy.Source}). "
                + "The journal keeps a policy's version, not its text; to replay under the recorded one, put that file back.");
        }

        if (recording.Started.Instructions != agent.Instructions)
        {
            notes.Add($"The instructions of agent '{agent.Name}' have changed since. The recorded replies are replayed as they are.");
        }

        notes.AddRange(recording.Forgotten.Select(static record => string.Create(CultureInfo.InvariantCulture,
            $"Text was taken out of the recording ('{record.Subject}', ordered by '{record.By}' at {record.Time:u}): what followed from it cannot be reproduced.")));
        notes.AddRange(Plugins(recording, replayed, samePolicy));
        if (recording.Segments[^1].End is null)
        {
            notes.Add("The recording has no end: the process that ran it died or still works on it. It was replayed as far as it goes.");
        }

        if (missing is not null)
        {
            notes.Add(missing);
        }

        if (differences.Any(difference => difference.Member is EventComparison.WholeEvent or EventComparison.Order))
        {
            notes.Add("The replay left the recorded path, so times behind that point are not compared.");
        }

        return notes;
    }

    // Only questions name the plugin they are about; a digest that differs under one policy and version means other files or another schema.
    private static IEnumerable<string> Plugins(RunRecording recording, IReadOnlyList<RunEvent> replayed, bool samePolicy)
    {
        var now = replayed.OfType<ApprovalRequested>().GroupBy(question => question.ApprovalId).ToDictionary(group => group.Key, group => group.First());
        foreach (var question in recording.Events.OfType<ApprovalRequested>().DistinctBy(question => question.Tool))
        {
            if (!now.TryGetValue(question.ApprovalId, out var other) || other.Tool != question.Tool)
            {
                continue;
            }

            if (other.PluginVersion != question.PluginVersion)
            {
                yield return string.Create(CultureInfo.InvariantCulture, $"The plugin of '{question.Tool}' has changed since: version '{question.PluginVersion}' then, '{other.PluginVersion}' now.");
            }
            else if (samePolicy && other.Digest != question.Digest)
            {
                yield return $"What '{question.Tool}' asks about has another digest: the plugin's files, the tool's schema or the arguments have changed since.";
            }
        }
    }

    private static string Short(string version) => version.Length > 12 ? version[..12] : version;
}
