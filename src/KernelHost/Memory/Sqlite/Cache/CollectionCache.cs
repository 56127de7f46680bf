using System.Collections.Concurrent;
using KernelHost.Memory.Records;
using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>
/// What a process holds of one content: rows, and the fields and vectors that were asked for. It follows the content from version to version by what
/// was added (greater ordinals) and deleted (the log), so that a small write costs little.
/// </summary>
internal sealed class CollectionCache(long content, RecordCodec codec, long exactVectorBytes)
{
    // So many dead rows at least, and as many as live ones, before it is worth to begin anew.
    private const int ManyDead = 10_000;

    private readonly Lock _lock = new();
    private readonly RowIndex _rows = new();
    private readonly Column?[] _columns = new Column?[codec.Schema.Fields.Count];
    private readonly VectorIndex?[] _vectors = new VectorIndex?[codec.Schema.Vectors.Count];
    private readonly int[] _vectorRows = new int[codec.Schema.Vectors.Count];
    private readonly ContentTables _tables = new(content, codec.Schema.Vectors.Count);
    private Bits _live = Bits.None(0);
    private ConcurrentDictionary<string, TenantCount> _tenants = new(StringComparer.Ordinal);
    private long _version = -1;

    public long Content => content;

    public RecordCodec Codec => codec;

    /// <summary>How many bytes it holds, roughly.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _rows.Bytes + _columns.Sum(static column => column?.Bytes ?? 0) + _vectors.Sum(static vectors => vectors?.Bytes ?? 0);
            }
        }
    }

    /// <summary>The content as the connection's transaction sees it.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="entry">The collection in that transaction.</param>
    /// <param name="fields">The fields that are needed, all of them quick.</param>
    /// <param name="vectors">The vectors that are needed.</param>
    /// <returns><see langword="null"/> when it cannot follow, or has gone further already: begin anew, with a new transaction or a new cache.</returns>
    public CollectionView? TryView(SqliteConnection connection, CollectionEntry entry, IEnumerable<int> fields, IEnumerable<int> vectors)
    {
        lock (_lock)
        {
            if (_version > entry.Version || (_version >= 0 && _version < entry.LogFrom) || _rows.Count - _live.Count() > Math.Max(ManyDead, _live.Count()))
            {
                return null;
            }

            if (_version < entry.Version)
            {
                Follow(connection);
                _version = entry.Version;
                _tenants = new(StringComparer.Ordinal);
            }

            int[] missing = [.. fields.Where(field => _columns[field] is null).Distinct()];
            if (missing.Length > 0)
            {
                LoadColumns(missing);
            }

            foreach (var vector in vectors)
            {
                LoadVectors(connection, vector);
            }

            return new CollectionView(this, _tables, _rows, _live, [.. _columns], [.. _vectors], _tenants);
        }
    }

    /// <summary>Whether the cache is the reason that <see cref="TryView"/> returned nothing, and not the transaction.</summary>
    public bool IsStale(CollectionEntry entry)
    {
        lock (_lock)
        {
            return _version <= entry.Version;
        }
    }

    private void Follow(SqliteConnection connection)
    {
        var before = _rows.Count;
        var loaded = _columns.Index().Where(static one => one.Item is not null).Select(static one => one.Index).ToArray();
        using (var statement = new SqliteStatement(connection, $"SELECT ordinal, key, quick FROM {_tables.Rows} WHERE ordinal > ?1 ORDER BY ordinal"))
        {
            statement.BindAll(_rows.LastOrdinal);
            while (statement.Step())
            {
                _rows.Add((int)statement.Number(0), statement.Blob(1), statement.Blob(2));
                AddValues(_rows.Count - 1, statement.Blob(2), loaded);
            }
        }

        _columns.OfType<Column>().ToList().ForEach(column => column.Fill(_rows.Count));
        List<int> dead = [];
        if (before > 0)
        {
            using var statement = new SqliteStatement(connection, $"SELECT ordinal FROM {_tables.Dead} WHERE version > ?1");
            statement.BindAll(_version);
            while (statement.Step())
            {
                if (_rows.RowOf((int)statement.Number(0)) is >= 0 and var row)
                {
                    dead.Add(row);
                }
            }
        }

        _live = _live.Resize(_rows.Count, grown: true, dead);
    }

    private void LoadColumns(int[] missing)
    {
        foreach (var field in missing)
        {
            _columns[field] = Column.Create(codec.Schema.Fields[field]);
        }

        for (var row = 0; row < _rows.Count; row++)
        {
            AddValues(row, _rows.QuickOf(row), missing);
        }

        foreach (var field in missing)
        {
            _columns[field]!.Fill(_rows.Count);
        }
    }

    private void AddValues(int row, ReadOnlySpan<byte> quick, int[] wanted)
    {
        var reader = new BlobReader(quick);
        while (!reader.IsAtEnd)
        {
            var index = reader.Count();
            var field = codec.FieldAt(index);
            if (wanted.Contains(index))
            {
                _columns[index]!.Fill(row);
                _columns[index]!.Add(ref reader);
                continue;
            }

            for (var left = field.IsList ? reader.Count() : 1; left > 0; left--)
            {
                RecordCodec.SkipOne(ref reader, field.Type);
            }
        }
    }

    private void LoadVectors(SqliteConnection connection, int vector)
    {
        var schema = codec.Schema.Vectors[vector];
        if (_vectors[vector] is FloatVectors { Count: var held } && !IsExact(schema, held / 2))
        {
            (_vectors[vector], _vectorRows[vector]) = (null, 0);
        }

        if (_vectors[vector] is not null && _vectorRows[vector] == _rows.Count)
        {
            return;
        }

        var from = _vectorRows[vector] == 0 ? -1 : _rows.OrdinalOf(_vectorRows[vector] - 1);
        var index = _vectors[vector] ??= IsExact(schema, SqliteStatement.Number(connection, $"SELECT count(*) FROM {_tables.Vectors(vector)}")) ? new FloatVectors(schema) : new ByteVectors(schema);
        using var statement = new SqliteStatement(connection, $"SELECT ordinal, vector FROM {_tables.Vectors(vector)} WHERE ordinal > ?1 ORDER BY ordinal");
        statement.BindAll(from);
        while (statement.Step())
        {
            // A row that the index lacks was written and deleted before it was first read.
            if (_rows.RowOf((int)statement.Number(0)) is >= 0 and var row)
            {
                index.Add(row, statement.Blob(1));
            }
        }

        _vectorRows[vector] = _rows.Count;
    }

    private bool IsExact(RecordVector vector, long count) => count * vector.Dimensions * sizeof(float) <= exactVectorBytes || !ByteVectors.Fits(vector);
}
