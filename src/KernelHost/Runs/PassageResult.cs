using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using KernelHost.Memory.Retrieval;
using KernelHost.Runs.Grounding;

namespace KernelHost.Runs;

/// <summary>Numbers retrieved passages for citation and writes them as the model reads them.</summary>
internal static class PassageResult
{
    /// <summary>A passage that the run already holds keeps its number, so a second search does not cite one text twice.</summary>
    /// <param name="retriever">The retriever, as <c>plugin/name</c>.</param>
    /// <param name="found">What it found, best first.</param>
    /// <param name="known">The passages of the conversation so far.</param>
    /// <param name="verified">Whether what is cited of them will be verified.</param>
    public static (object Result, IReadOnlyList<Citation> New) Create(string retriever, IReadOnlyList<Passage> found, IReadOnlyList<Citation> known, bool verified)
    {
        List<Citation> added = [];
        JsonArray passages = [];
        foreach (var passage in found)
        {
            var citation = known.Concat(added).FirstOrDefault(other => other.Retriever == retriever && other.Source == passage.Source && other.Text == passage.Text);
            if (citation is null)
            {
                citation = Number(passage, known.Count + added.Count + 1, retriever, verified);
                added.Add(citation);
            }

            passages.Add(Describe(citation));
        }

        var result = new JsonObject { ["passages"] = passages };
        if (found is RetrievedPassages { Partial: { } partial })
        {
            result["partial"] = partial;
        }

        if (verified && found.Count == 0)
        {
            result["note"] = GroundingText.NothingFound;
        }

        return (JsonSerializer.SerializeToElement(result), added);
    }

    private static Citation Number(Passage passage, int number, string retriever, bool verified) => new(number, retriever, passage.Source, passage.Text)
    {
        Title = passage.Title,
        Section = passage.Section,
        Version = passage.Version,
        Page = passage.Page,
        Position = passage.Position,
        Id = passage.Id,
        Integrity = passage.Integrity == Integrity.Untrusted ? null : passage.Integrity,
        Readers = passage.Readers is { Count: > 0 } readers ? readers : null,
        Ingester = passage.Ingester,
        Hash = verified ? Sources.HashOf(passage.Text) : null,
    };

    private static JsonObject Describe(Citation citation)
    {
        var passage = new JsonObject
        {
            ["cite"] = string.Create(CultureInfo.InvariantCulture, $"[{citation.Number}]"),
            ["source"] = citation.Source,
        };
        if (citation.Title is not null)
        {
            passage["title"] = citation.Title;
        }

        if (citation.Section is not null)
        {
            passage["section"] = citation.Section;
        }

        passage["text"] = citation.Text;
        return passage;
    }
}
