using System.Globalization;
using System.Text;
using KernelHost.Memory.Retrieval;

namespace KernelHost.Hosting;

/// <summary>Holds what a retriever returns to a run within its bounds: what is too much is cut off and noted.</summary>
internal static class PassageBudget
{
    /// <param name="passages">What the retriever returned, best first.</param>
    /// <param name="top">How many were asked for.</param>
    /// <param name="settings">The bounds.</param>
    public static RetrievedPassages Apply(IReadOnlyList<Passage> passages, int top, RetrieverSettings settings)
    {
        List<Passage> kept = [];
        var (left, shortened) = (settings.MaxBytes, 0);
        foreach (var passage in passages.Take(Math.Min(top, settings.MaxPassages)))
        {
            // What cannot be used at all is told by the run, which looks at every result.
            if (passage?.Text is not { } text)
            {
                kept.Add(passage!);
                continue;
            }

            var most = Math.Min(settings.MaxPassageBytes, left);
            var cut = Cut(text, most);
            if (cut.Length == 0 && text.Length > 0)
            {
                break;
            }

            shortened += cut.Length < text.Length ? 1 : 0;
            left -= Encoding.UTF8.GetByteCount(cut);
            kept.Add(cut.Length < text.Length ? passage with { Text = cut } : passage);
        }

        var omitted = Math.Min(passages.Count, top) - kept.Count;
        return new RetrievedPassages(kept, Note(shortened, omitted));
    }

    private static string? Note(int shortened, int omitted)
    {
        List<string> parts = [];
        if (shortened > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"the text of {shortened} passage{(shortened == 1 ? " is" : "s is")} cut off at its end"));
        }

        if (omitted > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{omitted} more passage{(omitted == 1 ? " was" : "s were")} found and left out"));
        }

        return parts.Count == 0 ? null : $"Partial: {string.Join(", and ", parts)}, because the host bounds what one search returns. Ask more narrowly for the rest.";
    }

    // The beginning of a text that fits into so many bytes, with no character cut in two.
    private static string Cut(string text, int bytes)
    {
        if (text.Length <= bytes / 3 || Encoding.UTF8.GetByteCount(text) <= bytes)
        {
            return text;
        }

        var (length, used) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            used += rune.Utf8SequenceLength;
            if (used > bytes)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }
}
