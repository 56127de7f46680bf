using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Retrieval;

/// <summary>Shows chunks as the sections that they were cut from: small pieces are found best, whole sections are read best.</summary>
internal static class SectionPassages
{
    /// <summary>The hits, in their order, each section once, at the place of its best chunk.</summary>
    /// <param name="records">The collection.</param>
    /// <param name="hits">Chunks, best first.</param>
    /// <param name="allows">Whether a record may be seen. A section that may not be leaves its chunks as they are.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<List<SearchHit>> ShowAsync(RecordCollection records, IReadOnlyList<SearchHit> hits, Func<Record, bool> allows, CancellationToken cancellationToken)
    {
        object[] keys = [.. hits.Select(static hit => DocumentPassages.Text(hit.Record, DocumentSchema.Parent)).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (keys.Length == 0)
        {
            return [.. hits];
        }

        var sections = (await records.GetAsync(keys, includeVectors: false, cancellationToken))
            .Where(record => record[DocumentSchema.Kind] is DocumentSchema.SectionKind && record[DocumentSchema.Content] is string && allows(record))
            .ToDictionary(static record => record.Key);
        var shown = new HashSet<object>();
        var passages = new List<SearchHit>(hits.Count);
        foreach (var hit in hits)
        {
            if (DocumentPassages.Text(hit.Record, DocumentSchema.Parent) is not { } parent || !sections.TryGetValue(parent, out var section) || !IsSameDocument(hit.Record, section))
            {
                passages.Add(hit);
            }
            else if (shown.Add(parent))
            {
                passages.Add(hit with { Passage = DocumentPassages.Widen(hit.Passage, section) });
            }
        }

        return passages;
    }

    // A section that was read after its document had been replaced would be cited under the wrong version.
    private static bool IsSameDocument(Record chunk, Record section) =>
        DocumentPassages.Text(chunk, DocumentSchema.Source) == DocumentPassages.Text(section, DocumentSchema.Source)
        && DocumentPassages.Text(chunk, DocumentSchema.Version) == DocumentPassages.Text(section, DocumentSchema.Version);
}
