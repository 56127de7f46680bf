using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite.Cache;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

/// <summary>
/// Which rows a filter selects. Fields that are not quick are in the file only: what they are compared with is first taken for possible, and the records for which
/// that makes a difference are read and asked.
/// </summary>
internal readonly struct Selection
{
    private Selection(Bits certain, Bits possible)
    {
        Certain = certain;
        Possible = possible;
    }

    private Bits Certain { get; }

    private Bits Possible { get; }

    /// <summary>The quick fields that a filter names.</summary>
    public static IEnumerable<int> QuickFieldsOf(RecordFilter filter, RecordCodec codec) => filter switch
    {
        CompareFilter compare => QuickField(compare.Field, codec),
        AnyOfFilter any => QuickField(any.Field, codec),
        AndFilter and => and.Filters.SelectMany(part => QuickFieldsOf(part, codec)),
        OrFilter or => or.Filters.SelectMany(part => QuickFieldsOf(part, codec)),
        NotFilter not => QuickFieldsOf(not.Filter, codec),
        _ => [],
    };

    /// <summary>The live rows that a filter selects.</summary>
    public static Bits Of(RecordFilter filter, CollectionView view, SqliteConnection connection)
    {
        if (IsAll(filter))
        {
            return view.Live;
        }

        var selection = Evaluate(filter, view);
        var certain = selection.Certain.And(view.Live);
        if (ReferenceEquals(selection.Certain, selection.Possible))
        {
            return certain;
        }

        var open = selection.Possible.And(selection.Certain.Not()).And(view.Live);
        using var records = new RecordRows(connection, view, includeVectors: false);
        List<int> refused = [];
        foreach (var row in open.Rows())
        {
            var record = records.Read(view.Rows.OrdinalOf(row)) ?? throw new InvalidDataException($"The record {view.Rows.OrdinalOf(row)} is not whole.");
            if (!RecordFilters.Matches(filter, record))
            {
                refused.Add(row);
            }
        }

        return certain.Or(open.Resize(open.Length, grown: false, refused));
    }

    private static Selection Evaluate(RecordFilter filter, CollectionView view)
    {
        switch (filter)
        {
            case AndFilter and:
                return and.Filters.Where(static part => !IsAll(part)).Select(part => Evaluate(part, view)).Aggregate(
                    (Selection?)null, static (left, right) => left is { } some ? Combine(some, right, static (one, other) => one.And(other)) : right)
                    ?? Exact(Bits.All(view.RowCount));
            case OrFilter or:
                return or.Filters.Select(part => Evaluate(part, view)).Aggregate(
                    Exact(Bits.None(view.RowCount)), static (left, right) => Combine(left, right, static (one, other) => one.Or(other)));
            case NotFilter not:
                var inner = Evaluate(not.Filter, view);
                return ReferenceEquals(inner.Certain, inner.Possible) ? Exact(inner.Certain.Not()) : new Selection(inner.Possible.Not(), inner.Certain.Not());
            case CompareFilter { Field: RecordFilter.Key } key:
                return Exact(KeySelection.Compare(key, view));
            case AnyOfFilter { Field: RecordFilter.Key } keys:
                return Exact(KeySelection.AnyOf(keys, view));
            case CompareFilter compare when view.Codec.IsQuick[view.Codec.IndexOf(compare.Field)]:
                return Exact(view.Column(view.Codec.IndexOf(compare.Field)).Compare(compare.Operator, compare.Value, view.RowCount));
            case AnyOfFilter any when view.Codec.IsQuick[view.Codec.IndexOf(any.Field)]:
                return Exact(view.Column(view.Codec.IndexOf(any.Field)).AnyOf(any.Values, view.RowCount));
            default:
                return new Selection(Bits.None(view.RowCount), Bits.All(view.RowCount));
        }
    }

    private static bool IsAll(RecordFilter filter) => filter is AndFilter { Filters: [] };

    private static Selection Exact(Bits rows) => new(rows, rows);

    private static Selection Combine(Selection left, Selection right, Func<Bits, Bits, Bits> combine)
    {
        var certain = combine(left.Certain, right.Certain);
        return ReferenceEquals(left.Certain, left.Possible) && ReferenceEquals(right.Certain, right.Possible)
            ? Exact(certain)
            : new Selection(certain, combine(left.Possible, right.Possible));
    }

    private static IEnumerable<int> QuickField(string field, RecordCodec codec) =>
        field != RecordFilter.Key && codec.IndexOf(field) is var index && codec.IsQuick[index] ? [index] : [];
}
