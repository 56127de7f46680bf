using KernelHost.Memory.Sqlite;
using KernelHost.Memory.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Ingestion;

/// <summary>Compares a directory with what a collection holds.</summary>
internal sealed class IngestPlanner(TimeProvider timeProvider)
{
    // A file written in the very moment it is read may be written again without a new time stamp (file systems tick in up to two
    // seconds). The stamp of so young a file is not relied on next time.
    private static readonly TimeSpan TooYoung = TimeSpan.FromSeconds(2);

    public static Dictionary<string, DocumentState> ReadStates(SqliteConnection connection, CollectionRow? collection)
    {
        var states = new Dictionary<string, DocumentState>(StringComparer.Ordinal);
        using var statement = new Statement(connection, "SELECT id, path, size, modified, hash, skipped, warning FROM documents WHERE collection_id = $1");
        using var reader = statement.Read(collection?.Id);
        while (reader.Read())
        {
            states[reader.GetString(1)] = new DocumentState(
                reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetString(4),
                reader.IsDBNull(5) ? null : reader.GetString(5), reader.IsDBNull(6) ? null : reader.GetString(6));
        }

        return states;
    }

    /// <param name="request">What to ingest.</param>
    /// <param name="states">What the collection holds.</param>
    /// <param name="isCurrent">Whether the collection was built by this version's rules; otherwise every document counts as changed.</param>
    /// <param name="progress">Told after each file.</param>
    /// <param name="cancellationToken">Checked before each file.</param>
    public IngestPlan Plan(
        IngestRequest request, Dictionary<string, DocumentState> states, bool isCurrent, IProgress<IngestProgress>? progress, CancellationToken cancellationToken)
    {
        var scan = DirectoryScan.Run(request.Directory, request.Pattern);
        var plan = new IngestPlan();
        plan.Skipped.AddRange(scan.Skipped);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var found in scan.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Candidate.From(found) is { } file)
            {
                seen.Add(file.Path);
                Compare(plan, request, file, states.GetValueOrDefault(file.Path), isCurrent);
            }
            else
            {
                plan.Skipped.Add(new IngestNotice(found.Path, "It is gone, or a link that leads nowhere."));
            }

            progress?.Report(new IngestProgress(seen.Count, scan.Files.Count, 0, 0));
        }

        plan.Removed.AddRange(states.Values
            .Where(state => !seen.Contains(state.Path) && !scan.IsUnknown(state.Path))
            .OrderBy(static state => state.Id));
        return plan;
    }

    private void Compare(IngestPlan plan, IngestRequest request, Candidate file, DocumentState? state, bool isCurrent)
    {
        if (isCurrent && state is { Skipped: null } && state.Size == file.Size && state.Modified == file.Modified)
        {
            Keep(plan, state);
            return;
        }

        var content = DocumentReader.Read(file.FullName, file.Size, request.MaxFileBytes);
        if (content.Skipped is not null)
        {
            plan.Skipped.Add(new IngestNotice(file.Path, content.Skipped));
        }

        // What cannot be read now is kept as it was known.
        if (content.IsUnreadable)
        {
            return;
        }

        var modified = timeProvider.GetUtcNow().UtcTicks - file.Modified > TooYoung.Ticks ? file.Modified : 0;
        if (isCurrent && state is not null && state.Hash == content.Hash && state.Skipped == content.Skipped)
        {
            Keep(plan, state);
            if (state.Modified != modified)
            {
                plan.Touched.Add(new TouchedDocument(state, modified));
            }

            return;
        }

        plan.Changed.Add(Parse(file, content, state, modified));
        if (content.Warning is not null)
        {
            plan.Warnings.Add(new IngestNotice(file.Path, content.Warning));
        }
    }

    private static PlannedDocument Parse(Candidate file, DocumentContent content, DocumentState? state, long modified)
    {
        var (title, chunks) = content.Skipped is null ? DocumentParser.Parse(file.Path, content.Text) : (null, []);
        return new PlannedDocument(state, file.Path, file.Size, modified, content.Hash)
        {
            Title = title,
            Skipped = content.Skipped,
            Warning = content.Warning,
            Chunks = chunks,
        };
    }

    private static void Keep(IngestPlan plan, DocumentState state)
    {
        plan.Unchanged += state.Skipped is null ? 1 : 0;
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
