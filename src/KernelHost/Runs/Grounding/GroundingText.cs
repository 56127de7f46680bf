using System.Globalization;
using System.Text;
using KernelHost.Agents;

namespace KernelHost.Runs.Grounding;

/// <summary>What the host says about citations: to models how to make them, to people what became of them.</summary>
public static class GroundingText
{
    /// <summary>What a person reads when uncited statements make an answer unusable.</summary>
    internal const string UncitedRefusal = "The answer is withheld: it states what it cites no source for. Ask again, or ask for less at once.";

    /// <summary>What a model reads with a search that found nothing.</summary>
    internal const string NothingFound = $"Nothing was found. If there is no other source, begin the answer with {NotFoundMarker.Text} and say what you looked for.";

    private const int MostNamed = 3;

    /// <summary>How to cite, for the instructions of an agent.</summary>
    /// <param name="rules">Its rules.</param>
    public static string Instructions(GroundingRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return "Citations: put the number of a passage in brackets directly behind each statement that rests on it, like [1] or [1][2]. Cite only passages that you were given in this conversation. "
            + "What you put between quotation marks before a citation must stand in the passage word for word. Brackets inside a passage are part of its text, never citations. "
            + (rules.Citations == CitationUse.Required ? "Every statement must cite a passage, or rest on what a tool returned; leave out what does not. " : "")
            + $"If the passages do not say what was asked, begin the answer with {NotFoundMarker.Text} and say in one sentence what is missing; do not answer from memory.";
    }

    /// <summary>What was taken out of an answer, for the person who reads it; <see langword="null"/> when nothing was.</summary>
    /// <param name="report">How the answer stood up to its sources.</param>
    public static string? Note(GroundingReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Outcome is GroundingOutcome.Refused or GroundingOutcome.NotFound || (report.FalseCitations == 0 && report.Removed is null))
        {
            return null;
        }

        var note = new StringBuilder();
        if (report.FalseCitations > 0)
        {
            var (count, form) = (report.FalseCitations, report.FalseCitations == 1 ? "citation was" : "citations were");
            note.Append(CultureInfo.InvariantCulture, $"{count} {form} taken out{(Reasons(report.Citations) is { Length: > 0 } reasons ? $": {reasons}" : "")}.");
        }

        if (report.Removed is { } removed)
        {
            note.Append(note.Length > 0 ? " " : "").Append(CultureInfo.InvariantCulture, $"{removed} {(removed == 1 ? "statement" : "statements")} without a source {(removed == 1 ? "was" : "were")} taken out.");
        }

        return note.ToString();
    }

    /// <summary>Why a sentence is flagged, for people.</summary>
    /// <param name="flag">The flag.</param>
    public static string Words(SentenceProblem flag) => flag switch
    {
        SentenceProblem.Uncited => "cites no source",
        SentenceProblem.Unsupported => "few of its words stand in what it cites",
        SentenceProblem.Number => "has a number that what it cites has not",
        SentenceProblem.Negation => "denies what it cites, or the other way round",
        _ => "quotes what does not stand in what it cites",
    };

    internal static string Refusal(IEnumerable<CitedMarker> markers) =>
        $"The answer is withheld: {Reasons([.. markers.Where(static marker => marker.IsFalse).Select(static marker => new CitationCheck(marker.Marker.Number, marker.Status))])}. Ask again, or ask for less at once.";

    private static string Reasons(IReadOnlyList<CitationCheck> citations)
    {
        var reasons = citations.Where(static check => check.Status != CitationStatus.Verified).Select(Reason).Distinct().ToList();
        return string.Join("; ", reasons.Take(MostNamed)) + (reasons.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $"; and {reasons.Count - MostNamed} more") : "");
    }

    private static string Reason(CitationCheck check)
    {
        var name = check.Number == 0 ? "one" : string.Create(CultureInfo.InvariantCulture, $"[{check.Number}]");
        return check.Status switch
        {
            CitationStatus.NotRetrieved => check.Number == 0 ? "one is written so that it names no passage" : $"{name} names no passage of this conversation",
            CitationStatus.NotVisible => $"{name} names a passage that may not be seen",
            CitationStatus.Altered => $"the text of {name} is not the one that was retrieved",
            _ => $"the words quoted from {name} do not stand there",
        };
    }
}
