using KernelHost.Memory.Documents;
using KernelHost.Memory.Records;

namespace KernelHost.Memory.Retrieval;

/// <summary>
/// Whose eyes a search looks through. The host makes it from the principal of a run and puts it under every search, below any retriever. It can only
/// be narrowed: nothing on it can be set, and <see cref="Narrow"/> gives the intersection.
/// </summary>
public sealed class RetrievalScope
{
    private readonly HashSet<string> _readers;
    private readonly SourceSet _sources;

    private RetrievalScope(string? tenant, HashSet<string> readers, SourceSet sources, DateTimeOffset? since, DateTimeOffset? before)
    {
        Tenant = tenant;
        _readers = readers;
        _sources = sources;
        ChangedSince = since;
        ChangedBefore = before;
    }

    /// <summary>The tenant; <see langword="null"/> sees only collections that no tenants share.</summary>
    public string? Tenant { get; }

    /// <summary>The principal and the groups it belongs to. What names readers is seen only when it names one of these, by the same characters.</summary>
    public IReadOnlyCollection<string> Readers => _readers;

    /// <summary>Only documents whose source is one of these or lies below one that ends with <c>/</c>; <see langword="null"/> for all.</summary>
    public IReadOnlyList<string>? Sources => _sources.Entries;

    /// <summary>Only documents that were changed at this time or later.</summary>
    public DateTimeOffset? ChangedSince { get; }

    /// <summary>Only documents that were changed before this time.</summary>
    public DateTimeOffset? ChangedBefore { get; }

    /// <summary>All that a principal may see.</summary>
    /// <param name="principal">Its name.</param>
    /// <param name="groups">The groups it belongs to.</param>
    /// <param name="tenant">Its tenant, if it has one.</param>
    public static RetrievalScope Of(string principal, IEnumerable<string>? groups = null, string? tenant = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(principal);
        var readers = new HashSet<string>(StringComparer.Ordinal) { principal };
        foreach (var group in groups ?? [])
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(group, nameof(groups));
            readers.Add(group);
        }

        return new RetrievalScope(string.IsNullOrEmpty(tenant) ? null : tenant, readers, SourceSet.All, since: null, before: null);
    }

    /// <summary>What both this scope and the filter allow.</summary>
    public RetrievalScope Narrow(RetrievalFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return new RetrievalScope(
            Tenant,
            _readers,
            filter.Sources is null ? _sources : _sources.Intersect(filter.Sources),
            ChangedSince is null || filter.ChangedSince > ChangedSince ? filter.ChangedSince ?? ChangedSince : ChangedSince,
            ChangedBefore is null || filter.ChangedBefore < ChangedBefore ? filter.ChangedBefore ?? ChangedBefore : ChangedBefore);
    }

    /// <summary>The filter that a store applies before it ranks. The tenant is not in it: a search names it apart, because it also decides which words are counted.</summary>
    internal RecordFilter ToFilter()
    {
        List<RecordFilter> all =
        [
            RecordFilter.Or(RecordFilter.Equal(DocumentSchema.Readers, null), RecordFilter.AnyOf(DocumentSchema.Readers, [.. _readers])),
        ];
        if (_sources.ToFilter() is { } sources)
        {
            all.Add(sources);
        }

        if (ChangedSince is { } since)
        {
            all.Add(RecordFilter.Compare(DocumentSchema.Time, RecordOperator.GreaterOrEqual, since));
        }

        if (ChangedBefore is { } before)
        {
            all.Add(RecordFilter.Compare(DocumentSchema.Time, RecordOperator.Less, before));
        }

        return RecordFilter.And(all);
    }

    /// <summary>
    /// Whether a record may be seen, told from the record alone. Every record that a store returns passes here too: a store that passes over a part of the
    /// filter must not be able to show what it should not.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="isShared">Whether several tenants share its collection.</param>
    internal bool Allows(Record record, bool isShared) =>
        (!isShared || (Tenant is not null && record[DocumentSchema.Tenant] is string tenant && tenant == Tenant))
        && AllowsReaders(record[DocumentSchema.Readers])
        && (_sources.Entries is null || (record[DocumentSchema.Source] is string source && _sources.Contains(source)))
        && ((ChangedSince is null && ChangedBefore is null)
            || (record[DocumentSchema.Time] is DateTimeOffset time && !(time < ChangedSince) && !(time >= ChangedBefore)));

    /// <summary>Whether something with these readers may be seen; without any it is for everybody.</summary>
    internal bool AllowsReaders(IReadOnlyCollection<string> readers) => readers.Count == 0 || readers.Any(_readers.Contains);

    // A list without elements is no missing value: it names nobody.
    private bool AllowsReaders(object? readers) => readers is null || (readers is IReadOnlyList<object?> list && list.Any(reader => reader is string name && _readers.Contains(name)));
}
