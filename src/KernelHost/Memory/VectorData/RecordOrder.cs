using KernelHost.Memory.Records;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace KernelHost.Memory.VectorData;

/// <summary>The order of a listing by any number of properties. A store orders by one; ties of the first are ordered by the others here.</summary>
internal sealed class RecordOrder
{
    private const int Page = 500;
    private readonly (Func<Record, object?> Value, bool IsAscending)[] _keys;
    private readonly string? _first;

    private RecordOrder((PropertyModel Property, bool IsAscending)[] keys)
    {
        _keys =
        [
            .. keys.Select(static key =>
                ((Func<Record, object?>)(key.Property is KeyPropertyModel ? record => record.Key : record => record[key.Property.StorageName]), key.IsAscending)),
        ];
        _first = keys.Length == 0 || keys[0].Property is KeyPropertyModel ? null : keys[0].Property.StorageName;
    }

    /// <summary>The order that a caller asked for.</summary>
    /// <exception cref="NotSupportedException">It names a list or a vector.</exception>
    public static RecordOrder Of<TRecord>(
        Func<FilteredRecordRetrievalOptions<TRecord>.OrderByDefinition, FilteredRecordRetrievalOptions<TRecord>.OrderByDefinition>? orderBy, RecordModel model)
    {
        var keys = orderBy?.Invoke(new()).Values.Select(one => (Property: model.Model.GetDataOrKeyProperty(one.PropertySelector), one.Ascending)).ToArray() ?? [];
        return keys.FirstOrDefault(key => key.Property is VectorPropertyModel || (key.Property is DataPropertyModel data && model.FieldOf(data).IsList)).Property is { } wrong
            ? throw new NotSupportedException($"Records cannot be ordered by '{wrong.ModelName}' of type '{wrong.Type.Name}'. Order by a property that holds one value.")
            : new RecordOrder(keys);
    }

    /// <summary>The records of a listing in this order.</summary>
    public async Task<IReadOnlyList<Record>> ListAsync(RecordCollection collection, RecordListing listing, CancellationToken cancellationToken)
    {
        var ordered = listing with { OrderBy = _first, Descending = _keys.Length > 0 && !_keys[0].IsAscending };
        if (_keys.Length < 2)
        {
            return await collection.ListAsync(ordered, cancellationToken);
        }

        // Every record up to the last of those that tie with the last one wanted.
        List<Record> read = [];
        var wanted = (long)listing.Skip + listing.Top;
        while (true)
        {
            var page = await collection.ListAsync(ordered with { Skip = read.Count, Top = Page }, cancellationToken);
            read.AddRange(page);
            if (page.Count < Page || (read.Count > wanted && !Equals(_keys[0].Value(read[^1]), _keys[0].Value(read[(int)wanted - 1]))))
            {
                break;
            }
        }

        var sorted = read.AsEnumerable();
        foreach (var (value, isAscending) in _keys.Reverse())
        {
            sorted = isAscending ? sorted.OrderBy(value, Values) : sorted.OrderByDescending(value, Values);
        }

        return [.. sorted.Skip(listing.Skip).Take(listing.Top)];
    }

    // As stores order values: null first, texts by their characters.
    private static Comparer<object?> Values { get; } = Comparer<object?>.Create(static (left, right) =>
        left is string first && right is string second ? string.CompareOrdinal(first, second) : Comparer<object?>.Default.Compare(left, right));
}
