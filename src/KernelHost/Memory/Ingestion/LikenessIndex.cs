namespace KernelHost.Memory.Ingestion;

/// <summary>A passage that others may be copies of.</summary>
/// <param name="Place">Where it is.</param>
/// <param name="Key">The key of its record, for one whose text has to be asked for.</param>
/// <param name="Text">Its text, for one that is about to be indexed.</param>
internal sealed record KnownPassage(ChunkPlace Place, string? Key, string? Text)
{
    public static KnownPassage Of(PlannedDocument document, int i) => new(new ChunkPlace(document.Path, ChunkState.IdOf(document.Chunks[i])), Key: null, document.Chunks[i].Text);
}

/// <summary>Finds passages whose fingerprints share a band.</summary>
internal sealed class LikenessIndex
{
    // A text that thousands of documents begin with would otherwise be compared with all of them.
    private const int MostCandidates = 64;

    private readonly Dictionary<(int Band, uint Value), List<KnownPassage>> _passages = [];

    public void Add(Likeness likeness, KnownPassage passage)
    {
        for (var i = 0; i < likeness.Bands.Count; i++)
        {
            if (!_passages.TryGetValue((i, likeness.Bands[i]), out var passages))
            {
                _passages[(i, likeness.Bands[i])] = passages = [];
            }

            if (passages.Count < MostCandidates)
            {
                passages.Add(passage);
            }
        }
    }

    /// <summary>Each candidate once, in the order of their coming.</summary>
    public IEnumerable<KnownPassage> Find(Likeness likeness)
    {
        var seen = new HashSet<KnownPassage>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < likeness.Bands.Count; i++)
        {
            foreach (var passage in _passages.GetValueOrDefault((i, likeness.Bands[i])) ?? [])
            {
                if (seen.Add(passage))
                {
                    yield return passage;
                }
            }
        }
    }
}
