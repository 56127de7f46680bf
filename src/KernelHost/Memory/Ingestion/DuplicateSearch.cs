using System.Globalization;
using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Ingestion;

/// <summary>
/// Finds the passages of new and changed documents that another document has already, so that they are indexed once. Who has a passage first keeps it;
/// of new documents, the first by path.
/// </summary>
internal sealed class DuplicateSearch(RecordCollection? collection, string? tenant)
{
    private const int BatchSize = 200;

    // What the collection's passages say, as far as it was needed.
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>Marks in the changed documents which chunks need not be indexed.</summary>
    public async Task RunAsync(IngestPlan plan, string labels, CancellationToken cancellationToken)
    {
        var known = new LikenessIndex();
        foreach (var state in plan.Kept.Where(state => state.Labels == labels))
        {
            AddKept(known, state);
        }

        var changed = plan.Changed.OrderBy(static document => document.Path, StringComparer.Ordinal).ToList();
        await FetchAsync(known, changed, cancellationToken);
        var settled = changed.ToDictionary(static document => document, document => KeepFormer(known, document, labels));
        foreach (var document in changed)
        {
            document.Copies.Clear();
            for (var i = 0; i < document.Chunks.Count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (document.Likenesses[i] is { } likeness && !settled[document].Contains(i))
                {
                    Settle(known, document, i, likeness);
                }
            }
        }
    }

    /// <summary>Documents that stay as they are, of which a passage is indexed nowhere any more.</summary>
    public static IReadOnlyList<DocumentState> Orphans(IngestPlan plan)
    {
        var places = new HashSet<ChunkPlace>();
        foreach (var state in plan.Kept)
        {
            places.UnionWith(state.Chunks.Where(static chunk => chunk.KeptBy is null).Select(chunk => new ChunkPlace(state.Path, chunk.Id)));
        }

        foreach (var document in plan.Changed)
        {
            places.UnionWith(document.IndexedChunks.Select(chunk => new ChunkPlace(document.Path, ChunkState.IdOf(chunk))));
        }

        return [.. plan.Kept.Where(state => state.Chunks.Any(chunk => chunk.KeptBy is { } keeper && !places.Contains(keeper)))];
    }

    /// <summary>Tells of each changed document which other ones have its passages.</summary>
    public static void Report(IngestPlan plan)
    {
        foreach (var document in plan.Changed.Where(static document => document.Copies.Count > 0).OrderBy(static document => document.Path, StringComparer.Ordinal))
        {
            var keepers = document.Copies.Values.GroupBy(static place => place.Source, StringComparer.Ordinal).OrderBy(static group => group.Key, StringComparer.Ordinal)
                .Select(static group => string.Create(CultureInfo.InvariantCulture, $"'{group.Key}' ({group.Count():N0})"));
            plan.Duplicates.Add(new IngestNotice(document.Path, string.Create(CultureInfo.InvariantCulture,
                $"{document.Copies.Count:N0} of its {document.Chunks.Count:N0} passages are indexed once, with the document that has them, too: {string.Join(", ", keepers)}.")));
        }
    }

    private void AddKept(LikenessIndex known, DocumentState state)
    {
        var indexed = state.Chunks.Where(static chunk => chunk.KeptBy is null).ToList();
        if (!indexed.Exists(static chunk => chunk.Likeness is not null))
        {
            return;
        }

        var keys = new DocumentKeys(tenant, state.Path).Number('c', indexed.Select(static chunk => chunk.Id));
        for (var i = 0; i < indexed.Count; i++)
        {
            if (indexed[i].Likeness is { } likeness)
            {
                known.Add(likeness, new KnownPassage(new ChunkPlace(state.Path, indexed[i].Id), keys[i], Text: null));
            }
        }
    }

    // What a changed document had indexed and still has, it keeps: other documents may rely on it.
    private static HashSet<int> KeepFormer(LikenessIndex known, PlannedDocument document, string labels)
    {
        var former = document.State is { } state && state.Labels == labels
            ? state.Chunks.Where(static chunk => chunk.KeptBy is null).Select(static chunk => chunk.Id).ToHashSet(StringComparer.Ordinal)
            : [];
        var kept = new HashSet<int>();
        for (var i = 0; i < document.Chunks.Count; i++)
        {
            if (document.Likenesses[i] is { } likeness && former.Remove(ChunkState.IdOf(document.Chunks[i])))
            {
                kept.Add(i);
                known.Add(likeness, KnownPassage.Of(document, i));
            }
        }

        return kept;
    }

    private void Settle(LikenessIndex known, PlannedDocument document, int i, Likeness likeness)
    {
        var chunk = document.Chunks[i];
        var keeper = known.Find(likeness).FirstOrDefault(passage =>
            (passage.Text ?? _texts.GetValueOrDefault(passage.Key!)) is { } text && SameWording.Matches(text, chunk.Text, chunk.IsRecord));
        if (keeper is not null)
        {
            document.Copies[i] = keeper.Place;
        }
        else
        {
            known.Add(likeness, KnownPassage.Of(document, i));
        }
    }

    private async Task FetchAsync(LikenessIndex known, List<PlannedDocument> changed, CancellationToken cancellationToken)
    {
        if (collection is null)
        {
            return;
        }

        var keys = changed.SelectMany(static document => document.Likenesses).OfType<Likeness>().SelectMany(known.Find)
            .Select(static passage => passage.Key!).Where(key => !_texts.ContainsKey(key)).ToHashSet(StringComparer.Ordinal);
        foreach (var batch in keys.Chunk(BatchSize))
        {
            foreach (var record in await collection.GetAsync(batch, includeVectors: false, cancellationToken))
            {
                _texts[(string)record.Key] = record[DocumentSchema.Text] as string ?? "";
            }
        }
    }
}
