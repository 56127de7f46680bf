using System.Globalization;
using System.Text;
using KernelHost.Cli.Output;
using KernelHost.Runs.Grounding;

namespace KernelHost.Cli.Running;

/// <summary>How an answer stood up to its sources, for people.</summary>
internal static class GroundingView
{
    /// <summary>Stands behind a sentence that no source carries.</summary>
    public const string Mark = " [?]";

    private const int MostLines = 10;
    private const int ExcerptLimit = 120;

    /// <summary>The answer with a mark behind each sentence that no source carries.</summary>
    public static string Marked(string answer, GroundingReport? report)
    {
        var marked = new StringBuilder(answer);
        foreach (var end in (report?.Sentences ?? []).Select(static sentence => sentence.InAnswer?.End).OfType<int>().Where(end => end <= answer.Length).OrderDescending())
        {
            marked.Insert(end, Mark);
        }

        return marked.ToString();
    }

    /// <summary>What is to be said under an answer; nothing when all is well.</summary>
    public static IEnumerable<string> Lines(string answer, GroundingReport? report)
    {
        if (report is null)
        {
            yield break;
        }

        if (report.Outcome is GroundingOutcome.NotFound)
        {
            yield return "Not found: the sources do not say what was asked.";
        }

        if (GroundingText.Note(report) is { } note)
        {
            yield return TerminalText.Line(note);
        }

        var shown = report.Sentences.Where(static sentence => sentence.InAnswer is not null).ToList();
        if (shown.Count > 0)
        {
            yield return "No source carries:";
        }

        foreach (var sentence in shown.Take(MostLines))
        {
            var why = string.Join("; ", sentence.Problems.Select(GroundingText.Words));
            var support = sentence.Support is { } share ? string.Create(CultureInfo.InvariantCulture, $" (support {share:0.00})") : "";
            yield return $"  [?] \"{TerminalText.Line((TextOf(sentence, answer) ?? "").ReplaceLineEndings(" "), ExcerptLimit)}\": {why}{support}";
        }

        if (shown.Count > MostLines)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"  and {shown.Count - MostLines} more");
        }
    }

    /// <summary>A sentence as it stands in the answer; <see langword="null"/> when it does not any more.</summary>
    public static string? TextOf(SentenceCheck sentence, string? answer) =>
        sentence.InAnswer is { } place && answer is not null && place.End <= answer.Length ? answer[place.Start..place.End] : null;
}
