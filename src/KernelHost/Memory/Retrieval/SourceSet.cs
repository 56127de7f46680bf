using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Retrieval;

/// <summary>A set of sources: single ones, and all that lie below a folder.</summary>
internal sealed class SourceSet
{
    private SourceSet(IReadOnlyList<string>? entries) => Entries = entries;

    public static SourceSet All { get; } = new(null);

    /// <summary>Sources, and folders that end with <c>/</c>; <see langword="null"/> for all.</summary>
    public IReadOnlyList<string>? Entries { get; }

    public SourceSet Intersect(IReadOnlyList<string> others)
    {
        if (Entries is null)
        {
            return new SourceSet([.. others.Distinct(StringComparer.Ordinal)]);
        }

        // Of two entries either one lies within the other or they have nothing in common, so the inner ones are the whole intersection.
        List<string> inner = [];
        foreach (var entry in Entries)
        {
            foreach (var other in others)
            {
                if (Covers(entry, other))
                {
                    inner.Add(other);
                }
                else if (Covers(other, entry))
                {
                    inner.Add(entry);
                }
            }
        }

        return new SourceSet([.. inner.Distinct(StringComparer.Ordinal)]);
    }

    public bool Contains(string source) => Entries is null || Entries.Any(entry => Covers(entry, source));

    public RecordFilter? ToFilter()
    {
        if (Entries is null)
        {
            return null;
        }

        object?[] single = [.. Entries.Where(static entry => !IsFolder(entry))];
        object?[] folders = [.. Entries.Where(IsFolder)];
        return (single.Length, folders.Length) switch
        {
            (0, 0) => RecordFilter.None,
            (_, 0) => RecordFilter.AnyOf(DocumentSchema.Source, single),
            (0, _) => RecordFilter.AnyOf(DocumentSchema.Folders, folders),
            _ => RecordFilter.Or(RecordFilter.AnyOf(DocumentSchema.Source, single), RecordFilter.AnyOf(DocumentSchema.Folders, folders)),
        };
    }

    private static bool Covers(string entry, string source) => entry == source || (IsFolder(entry) && source.StartsWith(entry, StringComparison.Ordinal));

    private static bool IsFolder(string entry) => entry.EndsWith('/');
}
