using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite.Cache;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

/// <summary>Lists records in an order.</summary>
internal static class RecordLister
{
    private static readonly Comparer<object?> FieldOrder = Comparer<object?>.Create(static (left, right) =>
        left is string first && right is string second ? string.CompareOrdinal(first, second) : Comparer<object?>.Default.Compare(left, right));

    public static IReadOnlyList<Record> List(RecordListing listing, CollectionView view, SqliteConnection connection)
    {
        var rows = Selection.Of(listing.Filter, view, connection).Rows().ToArray();
        Array.Sort(rows, view.Rows.CompareKeys);
        IEnumerable<int> ordered = rows;
        if (listing.OrderBy is { } order)
        {
            using var records = new RecordRows(connection, view, includeVectors: false);
            var values = rows.ToDictionary(static row => row, row => records.Read(view.Rows.OrdinalOf(row))![order]);

            // Stable: equal ones stay in the order of their keys.
            ordered = listing.Descending ? rows.OrderByDescending(row => values[row], FieldOrder) : rows.OrderBy(row => values[row], FieldOrder);
        }
        else if (listing.Descending)
        {
            ordered = rows.Reverse();
        }

        using var shown = new RecordRows(connection, view, listing.IncludeVectors);
        return [.. ordered.Skip(listing.Skip).Take(listing.Top).Select(row => shown.Read(view.Rows.OrdinalOf(row))!)];
    }
}
