using KernelHost.Memory.Recall;
using KernelHost.Memory.Sqlite;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Journal.Forgetting;
using KernelHost.Runs.Journal.Retention;

namespace KernelHost.Hosting;

/// <summary>Forgets what agents were told, everywhere the host keeps it: memory, cached vectors, and the journal.</summary>
internal sealed class Forgetting(AgentHost host)
{
    public async Task<ForgottenMemories> RunAsync(IReadOnlyList<MemoryItem> items, string? text, bool dryRun, CancellationToken cancellationToken)
    {
        var texts = items.Select(static item => item.Text).Append(text).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var isUnfindable = true;
        bool? isGoneFromFile = null;
        if (!dryRun)
        {
            await host.AgentMemory.ForgetAsync(items, cancellationToken);
            foreach (var item in items)
            {
                isUnfindable &= !await host.AgentMemory.HoldsAsync(item.Text, item.Tenant, cancellationToken);
            }

            // Last: to search for a text is to embed it, and what is embedded is kept.
            host.ForgetVectors(texts);
            isGoneFromFile = items.Count > 0 && host.Memory.Records is SqliteRecordStore file ? await EraseAsync(file, items, cancellationToken) : null;
        }

        var erasable = texts.Where(JournalMaintenance.CanForget).ToList();
        return new ForgottenMemories(items, erasable.Count == 0 ? null : await JournalAsync(Subject(items), erasable, dryRun, cancellationToken))
        {
            IsUnfindable = dryRun || items.Count == 0 ? null : isUnfindable,
            IsGoneFromFile = isGoneFromFile,
            TooShort = [.. items.Where(static item => !JournalMaintenance.CanForget(item.Text))],
        };
    }

    private Task<ForgetReport> JournalAsync(string subject, IReadOnlyList<string> texts, bool dryRun, CancellationToken cancellationToken) =>
        new JournalMaintenance((SqliteJournal)host.Journal, host.Clock).ForgetAsync(new ForgetRequest(subject, texts, host.Options.Principal) { DryRun = dryRun }, cancellationToken);

    // What a database deletes it leaves in its pages until they are used again.
    private static async Task<bool> EraseAsync(SqliteRecordStore store, IReadOnlyList<MemoryItem> items, CancellationToken cancellationToken)
    {
        var search = new FileSearch([store.Path, store.Path + "-wal"], [.. items.Select(static item => item.Text)]);
        if (search.Finds())
        {
            await store.CompactAsync(cancellationToken);
        }

        return !search.Finds();
    }

    // Ids tell nothing of the text.
    private static string Subject(IReadOnlyList<MemoryItem> items) => items.Count == 0 ? "a text" : string.Join(' ', items.Select(static item => item.Id));
}
