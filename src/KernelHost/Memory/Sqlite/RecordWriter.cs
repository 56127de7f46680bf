using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite.Keywords;
using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

/// <summary>Writes and deletes records of one content within a transaction; <see cref="Finish"/> brings the keyword index in line.</summary>
internal sealed class RecordWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly ContentTables _tables;
    private readonly RecordCodec _codec;
    private readonly long _content;
    private readonly long _version;
    private readonly PostingsBatch _batch = new();
    private readonly Dictionary<string, int> _tenants = new(StringComparer.Ordinal);
    private readonly List<int> _deleted = [];
    private readonly SqliteStatement _find;
    private readonly SqliteStatement _row;
    private readonly SqliteStatement _fields;
    private readonly SqliteStatement[] _vectors;
    private readonly int _first;
    private int _next;

    /// <param name="connection">In a transaction that writes.</param>
    /// <param name="content">The content's id.</param>
    /// <param name="codec">Its schema.</param>
    /// <param name="version">The version that the collection has after this transaction.</param>
    public RecordWriter(SqliteConnection connection, long content, RecordCodec codec, long version)
    {
        _connection = connection;
        _content = content;
        _codec = codec;
        _version = version;
        _tables = new ContentTables(content, codec.Schema.Vectors.Count);
        _find = new SqliteStatement(connection, $"SELECT ordinal FROM {_tables.Rows} WHERE key = ?1");
        _row = new SqliteStatement(connection, $"INSERT INTO {_tables.Rows} (ordinal, key, quick) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO NOTHING");
        _fields = new SqliteStatement(connection, $"INSERT INTO {_tables.Fields} (ordinal, fields) VALUES (?1, ?2)");
        _vectors = [.. Enumerable.Range(0, _tables.VectorCount).Select(i => new SqliteStatement(connection, $"INSERT INTO {_tables.Vectors(i)} (ordinal, vector) VALUES (?1, ?2)"))];
        _first = _next = checked((int)SqliteStatement.Number(connection, "SELECT next FROM contents WHERE id = ?1", content));
    }

    public void Put(IEnumerable<EncodedRecord> records)
    {
        foreach (var record in records)
        {
            var ordinal = _next++;
            if (_row.Bind(1, ordinal).Bind(2, record.Key).Bind(3, record.Quick).Execute() == 0)
            {
                // There is one with the key.
                Delete(record.Key);
                _row.Execute();
            }

            _fields.Bind(1, ordinal).Bind(2, record.Fields).Execute();
            for (var i = 0; i < _vectors.Length; i++)
            {
                if (record.Vectors[i] is { } vector)
                {
                    _vectors[i].Bind(1, ordinal).Bind(2, VectorBlob.Bytes(vector.Span)).Execute();
                }
            }

            _batch.Add(TenantOf(record.Tenant), ordinal, record.Words, record.Weights);
        }
    }

    /// <returns>Whether there was one.</returns>
    public bool Delete(byte[] key)
    {
        if (_find.FindNumber(key) is not { } ordinal)
        {
            return false;
        }

        Delete((int)ordinal);
        return true;
    }

    public void Delete(int ordinal)
    {
        if (_codec.Schema.SearchedFields.Any())
        {
            var record = RecordRows.ReadOne(_connection, _tables, _codec, ordinal);
            _batch.Remove(TenantOf(_codec.Schema.TenantField is { } tenant ? (string?)record[tenant.Name] : null), Bm25.WordsOf(_codec.Schema, record).Words);
        }

        SqliteStatement.Run(_connection, $"DELETE FROM {_tables.Rows} WHERE ordinal = ?1", ordinal);
        SqliteStatement.Run(_connection, $"DELETE FROM {_tables.Fields} WHERE ordinal = ?1", ordinal);
        for (var i = 0; i < _vectors.Length; i++)
        {
            SqliteStatement.Run(_connection, $"DELETE FROM {_tables.Vectors(i)} WHERE ordinal = ?1", ordinal);
        }

        SqliteStatement.Run(_connection, $"INSERT INTO {_tables.Dead} (ordinal, version) VALUES (?1, ?2)", ordinal, _version);
        _deleted.Add(ordinal);
    }

    /// <summary>Writes the segment of this transaction and does its share of merging.</summary>
    public void Finish()
    {
        foreach (var ordinal in _deleted)
        {
            SqliteStatement.Run(_connection, $"UPDATE {_tables.Segments} SET live = live - 1 WHERE first <= ?1 AND last >= ?1 AND live > 0", ordinal);
        }

        if (!_batch.IsEmpty)
        {
            var segment = Segment.Insert(_connection, _tables, _first, Math.Max(_first, _next - 1), _next - _first, _version);
            _batch.Write(_connection, _tables, segment);
            new SegmentMerges(_connection, _tables, _content, _version).Advance(_batch.Size);
        }

        SqliteStatement.Run(_connection, "UPDATE contents SET next = ?2 WHERE id = ?1", _content, _next);
    }

    public void Dispose()
    {
        _batch.Dispose();
        foreach (var statement in (SqliteStatement[])[_find, _row, _fields, .. _vectors])
        {
            statement.Dispose();
        }
    }

    // 0 where no tenants share the collection.
    private int TenantOf(string? tenant)
    {
        if (tenant is null)
        {
            return 0;
        }

        if (!_tenants.TryGetValue(tenant, out var id))
        {
            var name = TextBytes.Encode(tenant);
            id = (int)(Tenants.Find(_connection, _tables, tenant) ?? SqliteStatement.Number(_connection, $"INSERT INTO {_tables.Tenants} (name) VALUES (?1) RETURNING id", name));
            _tenants[tenant] = id;
        }

        return id;
    }
}
