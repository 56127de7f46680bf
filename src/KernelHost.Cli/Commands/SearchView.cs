using System.Globalization;
using System.Text.Json.Nodes;
using KernelHost.Cli.Output;
using KernelHost.Hosting;
using KernelHost.Memory.Records;
using KernelHost.Memory.Retrieval;

namespace KernelHost.Cli.Commands;

/// <summary>Shows what a search found.</summary>
internal static class SearchView
{
    private const int Beginning = 60;

    /// <summary>The passages in full.</summary>
    public static void WriteText(Screen screen, SearchAnswer answer)
    {
        TellLexical(screen, answer);
        for (var i = 0; i < answer.Hits.Count; i++)
        {
            var passage = answer.Hits[i].Passage;
            screen.Out.WriteLine(TerminalText.Line(string.Create(CultureInfo.InvariantCulture, $"{i + 1}. {Place(passage)}  score {passage.Score:0.000}")));
            foreach (var line in TerminalText.Prose(passage.Text.Trim()).Split('\n'))
            {
                screen.Out.WriteLine($"   {line}".TrimEnd());
            }

            screen.Out.WriteLine();
        }
    }

    /// <summary>What each leg thought of the passages, and their labels.</summary>
    public static void WriteTable(Screen screen, SearchRequest request, SearchAnswer answer)
    {
        TellLexical(screen, answer);
        var hasLegs = answer.Hits.Any(static hit => hit.Keywords is not null || hit.Vector is not null);
        var reranked = answer.Hits.Any(static hit => hit.Reranked is not null);
        string[] legs = hasLegs ? ["keywords", answer.IsLexical ? "spelling" : "vector", "fused"] : ["score"];
        var table = new Table(["#", .. legs, .. reranked ? ["reranked"] : Array.Empty<string>(), "labels", "passage", "text"]);
        for (var i = 0; i < answer.Hits.Count; i++)
        {
            var hit = answer.Hits[i];
            string?[] scores = hasLegs ? [Leg(hit.Keywords), Leg(hit.Vector), Number(hit.Fused)] : [Number(hit.Fused)];
            var text = hit.Passage.Text.ReplaceLineEndings(" ").Trim();
            table.Add([
                (i + 1).ToString(CultureInfo.InvariantCulture),
                .. scores,
                .. reranked ? [hit.Reranked is { } score ? Number(score) : "-"] : Array.Empty<string?>(),
                Labels(hit),
                Place(hit.Passage),
                text.Length <= Beginning ? text : text[..Beginning] + "…",
            ]);
        }

        table.Write(screen);
        if (hasLegs)
        {
            screen.Tell($"A leg shows its place and its score. Fused: {Fusion(request.Options, answer.IsLexical)}.{Least(answer)}");
        }
    }

    public static void WriteJson(Screen screen, SearchRequest request, SearchAnswer answer)
    {
        var explain = request.Options.Explain;
        var written = new JsonObject
        {
            ["retriever"] = request.Retriever,
            ["query"] = request.Query,
            ["lexical"] = answer.IsLexical,
            ["notes"] = JsonOutput.Strings(answer.Notes),
            ["passages"] = JsonOutput.Array(answer.Hits, hit => Write(hit, explain)),
        };
        if (explain)
        {
            written["words"] = answer.Words is { } words ? new JsonObject { ["all"] = words.All, ["known"] = words.Known } : null;
            written["leastSimilarity"] = answer.LeastSimilarity is { } least ? Finite(least) : null;
        }

        JsonOutput.Write(screen, written);
    }

    private static JsonObject Write(SearchHit hit, bool explain)
    {
        var passage = hit.Passage;
        var written = new JsonObject
        {
            ["source"] = passage.Source,
            ["title"] = passage.Title,
            ["section"] = passage.Section,
            ["score"] = Finite(passage.Score),
            ["text"] = passage.Text,
            ["id"] = passage.Id,
            ["version"] = passage.Version,
            ["page"] = passage.Page,
            ["position"] = passage.Position,
            ["changed"] = hit.Time is { } time ? JsonOutput.Time(time) : null,
            ["integrity"] = JsonOutput.Name(passage.Integrity),
            ["readers"] = JsonOutput.Strings(passage.Readers),
            ["ingester"] = passage.Ingester,
        };
        if (explain)
        {
            written["keywords"] = Leg(hit.Keywords, "rank");
            written["vector"] = Leg(hit.Vector, "rank");
            written["fused"] = Finite(hit.Fused);
            written["reranked"] = hit.Reranked is { } score ? Finite(score) : null;
        }

        return written;
    }

    private static JsonObject? Leg(LegPlace? place, string rank) => place is null ? null : new JsonObject { [rank] = place.Rank, ["score"] = Finite(place.Score) };

    private static JsonValue? Finite(double number) => double.IsFinite(number) ? JsonValue.Create(number) : null;

    private static void TellLexical(Screen screen, SearchAnswer answer)
    {
        if (answer.IsLexical && answer.Hits.Count > 0)
        {
            screen.Tell("These results are lexical: found by words and spelling, not by meaning.");
        }
    }

    private static string Place(Passage passage)
    {
        var place = string.Join(" > ", new[] { passage.Title, passage.Section == passage.Title ? null : passage.Section }.Where(static part => !string.IsNullOrEmpty(part)));
        return place.Length == 0 ? passage.Source : $"{place} ({passage.Source})";
    }

    private static string Labels(SearchHit hit) => string.Join(", ", new[]
    {
        JsonOutput.Name(hit.Passage.Integrity),
        hit.Passage.Readers.Count > 0 ? $"for {string.Join(" ", hit.Passage.Readers)}" : null,
        hit.Passage.Ingester is { } ingester ? $"by {ingester}" : null,
        hit.Time is { } time ? time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
    }.OfType<string>());

    private static string Leg(LegPlace? place) => place is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{place.Rank}. {place.Score:0.000}");

    private static string Number(double number) => number.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Least(SearchAnswer answer) => answer is { Words: { } words, LeastSimilarity: { } least }
        ? string.Create(CultureInfo.InvariantCulture, $" Spelling counts from {least:0.00}: {words.Known} of {words.All} words of the query occur.")
        : "";

    private static string Fusion(SearchOptions options, bool isLexical) => string.Create(CultureInfo.InvariantCulture,
        $"reciprocal ranks, weights {options.KeywordWeightBeside(isLexical):0.##} to {options.VectorWeight:0.##}, k {options.K}");
}
