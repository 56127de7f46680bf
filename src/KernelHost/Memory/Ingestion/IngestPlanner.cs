using KernelHost.Memory.Ingestion.Formats;

namespace KernelHost.Memory.Ingestion;

/// <summary>Compares a directory with what a collection holds.</summary>
internal sealed class IngestPlanner(IngestRequest request, DocumentFormats formats, TimeProvider timeProvider, IProgress<IngestProgress>? progress)
{
    // A file written in the very moment it is read may be written again without a new time stamp (file systems tick in up to two
    // seconds). The stamp of so young a file is not relied on next time.
    private static readonly TimeSpan TooYoung = TimeSpan.FromSeconds(2);

    private readonly DocumentParser _parser = new(formats, new DocumentLimits { Bytes = request.MaxFileBytes }, timeProvider);
    private readonly string _labels = DocumentLabels.Of(request).Id;

    /// <param name="states">What the collection holds.</param>
    /// <param name="duplicates">Finds passages that are there already.</param>
    /// <param name="cancellationToken">Checked before each file.</param>
    public async Task<IngestPlan> PlanAsync(Dictionary<string, DocumentState> states, DuplicateSearch duplicates, CancellationToken cancellationToken)
    {
        var scan = DirectoryScan.Run(request);
        var plan = new IngestPlan { Files = scan.Files.Count };
        plan.Skipped.AddRange(scan.Skipped);
        var files = new Dictionary<string, Candidate>(StringComparer.Ordinal);
        foreach (var found in scan.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Candidate.From(found) is { } file)
            {
                files.Add(file.Path, file);
                await CompareAsync(plan, file, states.GetValueOrDefault(file.Path), mayKeep: true, cancellationToken);
            }
            else
            {
                plan.Skipped.Add(new IngestNotice(found.Path, "It is gone, or a link that leads nowhere."));
            }

            progress?.Report(new IngestProgress(files.Count, scan.Files.Count, 0, 0));
        }

        foreach (var state in states.Values.Where(state => !files.ContainsKey(state.Path)).OrderBy(static state => state.Path, StringComparer.Ordinal))
        {
            if (scan.IsUnknown(state.Path))
            {
                KeepUnread(plan, state, isOrphan: false);
            }
            else
            {
                plan.Removed.Add(state);
            }
        }

        if (plan.ChangesContent)
        {
            await RemoveDuplicatesAsync(plan, files, duplicates, cancellationToken);
        }

        return plan;
    }

    private async Task RemoveDuplicatesAsync(IngestPlan plan, Dictionary<string, Candidate> files, DuplicateSearch duplicates, CancellationToken cancellationToken)
    {
        await duplicates.RunAsync(plan, _labels, cancellationToken);
        // Where the passage is gone that stood for others, one of the others takes its place; its text is in its file only.
        var orphans = DuplicateSearch.Orphans(plan);
        foreach (var state in orphans)
        {
            plan.Kept.Remove(state);
            if (files.TryGetValue(state.Path, out var file))
            {
                plan.Touched.RemoveAll(touched => touched.Former.Path == state.Path);
                plan.Skipped.RemoveAll(notice => notice.Path == state.Path);
                plan.Warnings.RemoveAll(notice => notice.Path == state.Path);
                await CompareAsync(plan, file, state, mayKeep: false, cancellationToken);
            }
            else
            {
                KeepUnread(plan, state, isOrphan: true);
            }
        }

        if (orphans.Count > 0)
        {
            await duplicates.RunAsync(plan, _labels, cancellationToken);
        }

        DuplicateSearch.Report(plan);
    }

    private async Task CompareAsync(IngestPlan plan, Candidate file, DocumentState? state, bool mayKeep, CancellationToken cancellationToken)
    {
        var isCurrent = mayKeep && state?.Format == Chunk.Format && state.Labels == _labels;
        if (isCurrent && state!.Hash.Length > 0 && state.Size == file.Size && state.Modified == file.Modified)
        {
            Keep(plan, state);
            return;
        }

        var content = DocumentReader.Read(file.FullName, file.Size, request.MaxFileBytes);

        // What cannot be read now is kept as it was known.
        if (content.IsUnreadable)
        {
            plan.Skipped.Add(new IngestNotice(file.Path, content.Skipped!));
            KeepUnread(plan, state, isOrphan: !mayKeep);
            return;
        }

        var modified = timeProvider.GetUtcNow().UtcTicks - file.Modified > TooYoung.Ticks ? file.Modified : 0;
        if (isCurrent && state!.Hash == content.Hash && (content.Skipped is null || state.Skipped == content.Skipped))
        {
            Keep(plan, state);
            if (state.Modified != modified || state.Size != file.Size)
            {
                plan.Touched.Add((state, state with { Modified = modified, Size = file.Size }));
            }

            return;
        }

        var pieces = content.Skipped is { } reason ? new DocumentPieces { Skipped = reason } : await _parser.ParseAsync(file.Path, content.Bytes, cancellationToken);
        if (pieces.Skipped is not null)
        {
            plan.Skipped.Add(new IngestNotice(file.Path, pieces.Skipped));
        }

        if (pieces.IsTemporary)
        {
            KeepUnread(plan, state, isOrphan: !mayKeep);
            return;
        }

        if (pieces.Warning is not null)
        {
            plan.Warnings.Add(new IngestNotice(file.Path, pieces.Warning));
        }

        plan.Changed.Add(new PlannedDocument(state, file.Path, file.Size, modified, content.Hash)
        {
            Time = new DateTimeOffset(file.Modified, TimeSpan.Zero),
            Title = pieces.Title,
            Skipped = pieces.Skipped,
            Warning = pieces.Warning,
            Chunks = pieces.Chunks,
            Sections = pieces.Sections,
        });
    }

    private static void KeepUnread(IngestPlan plan, DocumentState? state, bool isOrphan)
    {
        if (state is null)
        {
            return;
        }

        plan.Kept.Add(state);
        plan.Unread++;
        if (isOrphan)
        {
            // It lacks a passage that is nowhere else now: the next ingestion takes it up anew, whatever its file looks like then.
            plan.Touched.Add((state, state with { Format = 0 }));
        }
    }

    private static void Keep(IngestPlan plan, DocumentState state)
    {
        plan.Kept.Add(state);
        if (state.Skipped is not null)
        {
            plan.Skipped.Add(new IngestNotice(state.Path, state.Skipped));
        }

        if (state.Warning is not null)
        {
            plan.Warnings.Add(new IngestNotice(state.Path, state.Warning));
        }
    }

    private sealed record Candidate(string Path, string FullName, long Size, long Modified)
    {
        public static Candidate? From(FoundFile file)
        {
            // Of a link, size and time are those of its target: that is what changes.
            var target = file.IsLink ? new FileInfo(RealPath.Of(file.Info.FullName)) : file.Info;
            return target.Exists ? new Candidate(file.Path, target.FullName, target.Length, target.LastWriteTimeUtc.Ticks) : null;
        }
    }
}
