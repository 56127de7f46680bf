using System.Text.Json;
using KernelHost.Models.Offline.Language;

namespace KernelHost.Models.Offline.Answers;

/// <summary>Quotes from passages the sentence that shares most with the request, with its citation marker as it came.</summary>
internal static class PassageQuote
{
    private const int MostQuotes = 2;
    private const int LongestQuote = 320;
    private const int MostText = 6000;

    /// <summary>The quotes, best first; none where no passage shares a word with the request.</summary>
    public static List<string> Of(JsonElement result, HashSet<string> words)
    {
        var quotes = new List<(string Text, double Score, int Index)>();
        var index = 0;
        foreach (var passage in result.GetProperty("passages").EnumerateArray().Take(20))
        {
            if (passage.ValueKind == JsonValueKind.Object && Text(passage, "text") is { Length: > 0 } text && Best(text, passage, words) is { Score: > 0 } best)
            {
                var title = Text(passage, "title") ?? Text(passage, "source") ?? "";
                var cite = Text(passage, "cite") ?? "";
                var from = title.Length > 0 ? $" ({Tokenizer.OneLine(title, 80)})" : "";
                quotes.Add(($"\"{Tokenizer.OneLine(best.Sentence, LongestQuote)}\"{(cite.Length is > 0 and <= 24 ? " " + Tokenizer.OneLine(cite, 24) : "")}{from}", best.Score - (index * 0.01), index));
            }

            index++;
        }

        // A second quote has to be about as good as the first to be worth reading.
        var chosen = quotes.OrderByDescending(static quote => quote.Score).Take(MostQuotes).ToList();
        chosen.RemoveAll(quote => quote.Score < chosen[0].Score * 0.6);
        return chosen.ConvertAll(static quote => quote.Text);
    }

    private static (string Sentence, double Score) Best(string text, JsonElement passage, HashSet<string> words)
    {
        var about = Tokenizer.Stems((Text(passage, "title") ?? "") + " " + (Text(passage, "section") ?? ""), quotations: true).ToHashSet(StringComparer.Ordinal);
        var heading = words.Count(about.Contains) * 0.5;
        (string Sentence, double Score) best = ("", 0);
        foreach (var sentence in Sentences(text.Length > MostText ? text[..MostText] : text))
        {
            var stems = Tokenizer.Stems(sentence, quotations: true).ToHashSet(StringComparer.Ordinal);
            var hits = words.Count(stems.Contains);
            var score = hits == 0 ? 0 : hits + heading - (stems.Count * 0.01);
            if (score > best.Score)
            {
                best = (sentence, score);
            }
        }

        return best;
    }

    private static IEnumerable<string> Sentences(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var ends = text[i] == '\n' || (text[i] is '.' or '!' or '?' && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1])));
            if (ends || i == text.Length - 1)
            {
                var sentence = text[start..(i + 1)].Trim().TrimStart('#', '-', '*', '>', ' ');
                if (sentence.Length > 15)
                {
                    yield return sentence;
                }

                start = i + 1;
            }
        }
    }

    private static string? Text(JsonElement passage, string name) =>
        passage.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
