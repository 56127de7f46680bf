using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite.Cache;
using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

/// <summary>Reads records by their ordinals.</summary>
internal sealed class RecordRows : IDisposable
{
    private readonly RecordCodec _codec;
    private readonly RowIndex? _rows;
    private readonly SqliteStatement _record;
    private readonly SqliteStatement[] _vectors;

    public RecordRows(SqliteConnection connection, ContentTables tables, RecordCodec codec, bool includeVectors)
        : this(connection, tables, codec, rows: null, includeVectors)
    {
    }

    /// <summary>Reads what the view does not hold already.</summary>
    public RecordRows(SqliteConnection connection, CollectionView view, bool includeVectors)
        : this(connection, view.Tables, view.Codec, view.Rows, includeVectors)
    {
    }

    private RecordRows(SqliteConnection connection, ContentTables tables, RecordCodec codec, RowIndex? rows, bool includeVectors)
    {
        _codec = codec;
        _rows = rows;
        _record = new SqliteStatement(connection, rows is not null
            ? $"SELECT fields FROM {tables.Fields} WHERE ordinal = ?1"
            : $"SELECT f.fields, r.key, r.quick FROM {tables.Rows} r JOIN {tables.Fields} f ON f.ordinal = r.ordinal WHERE r.ordinal = ?1");
        _vectors = includeVectors
            ? [.. Enumerable.Range(0, tables.VectorCount).Select(i => new SqliteStatement(connection, $"SELECT vector FROM {tables.Vectors(i)} WHERE ordinal = ?1"))]
            : [];
    }

    public static Record ReadOne(SqliteConnection connection, ContentTables tables, RecordCodec codec, int ordinal)
    {
        using var rows = new RecordRows(connection, tables, codec, includeVectors: false);
        return rows.Read(ordinal) ?? throw new InvalidDataException($"The record {ordinal} is not there.");
    }

    /// <returns><see langword="null"/> when there is none any more.</returns>
    public Record? Read(int ordinal)
    {
        object key;
        var fields = new Dictionary<string, object?>(StringComparer.Ordinal);
        try
        {
            if (!_record.Bind(1, ordinal).Step())
            {
                return null;
            }

            var row = _rows?.RowOf(ordinal);
            key = KeyBytes.Decode(row is { } held ? _rows!.KeyOf(held) : _record.Blob(1), _codec.Schema.Key);
            _codec.ReadFields(row is { } quick ? _rows!.QuickOf(quick) : _record.Blob(2), fields);
            _codec.ReadFields(_record.Blob(0), fields);
        }
        finally
        {
            _record.Reset();
        }

        return _vectors.Length == 0 ? new Record(key) { Fields = fields } : new Record(key) { Fields = fields, Vectors = ReadVectors(ordinal) };
    }

    public void Dispose()
    {
        _record.Dispose();
        foreach (var statement in _vectors)
        {
            statement.Dispose();
        }
    }

    private Dictionary<string, ReadOnlyMemory<float>> ReadVectors(int ordinal)
    {
        var vectors = new Dictionary<string, ReadOnlyMemory<float>>(StringComparer.Ordinal);
        for (var i = 0; i < _vectors.Length; i++)
        {
            if (_vectors[i].Bind(1, ordinal).Step())
            {
                var (name, dimensions) = (_codec.Schema.Vectors[i].Name, _codec.Schema.Vectors[i].Dimensions);
                var vector = new float[dimensions];
                VectorBlob.DecodeExactly(_vectors[i].Blob(0), vector);
                vectors[name] = vector;
            }

            _vectors[i].Reset();
        }

        return vectors;
    }
}
