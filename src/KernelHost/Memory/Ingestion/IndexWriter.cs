using KernelHost.Memory.Ranking;
using KernelHost.Memory.Sqlite;
using KernelHost.Memory.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Ingestion;

/// <summary>Writes a plan into the index. The caller holds the transaction, so readers see all of it or nothing.</summary>
internal sealed class IndexWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly CollectionRow _collection;
    private readonly long _generation;
    private readonly Dictionary<string, byte[]> _vectors;
    private readonly Statement _insertChunk;
    private readonly Statement _insertVector;
    private readonly Statement _insertWords;
    private readonly Statement _moveChunk;
    private readonly Statement _deleteChunk;
    private readonly Statement _deleteVector;
    private readonly Statement _deleteWords;

    public IndexWriter(SqliteConnection connection, CollectionRow collection, long generation, Dictionary<string, byte[]> vectors)
    {
        _connection = connection;
        _collection = collection;
        _generation = generation;
        _vectors = vectors;
        _insertChunk = new Statement(connection,
            "INSERT INTO chunks (collection_id, document_id, ordinal, section, text, hash) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id");
        _insertVector = new Statement(connection, $"INSERT INTO {collection.Vectors} (chunk_id, vector) VALUES ($1, $2)");
        _insertWords = new Statement(connection, $"INSERT INTO {collection.Words} (rowid, title, section, body) VALUES ($1, $2, $3, $4)");
        _moveChunk = new Statement(connection, "UPDATE chunks SET ordinal = $2 WHERE id = $1");
        _deleteChunk = new Statement(connection, "DELETE FROM chunks WHERE id = $1");
        _deleteVector = new Statement(connection, $"DELETE FROM {collection.Vectors} WHERE chunk_id = $1");
        _deleteWords = new Statement(connection, $"DELETE FROM {collection.Words} WHERE rowid = $1");
    }

    public void Write(PlannedDocument document)
    {
        var documentId = document.State is { } state ? Update(document, state.Id) : Insert(document);
        var old = OldChunks(documentId);
        for (var ordinal = 0; ordinal < document.Chunks.Count; ordinal++)
        {
            var chunk = document.Chunks[ordinal];
            if (old.TryGetValue(chunk.Hash, out var kept) && kept.TryDequeue(out var chunkId))
            {
                _moveChunk.Run(chunkId, ordinal);
            }
            else
            {
                Insert(documentId, ordinal, chunk);
            }
        }

        foreach (var chunkId in old.Values.SelectMany(static ids => ids))
        {
            Delete(chunkId);
        }
    }

    public void Remove(DocumentState document)
    {
        foreach (var chunkId in OldChunks(document.Id).Values.SelectMany(static ids => ids))
        {
            Delete(chunkId);
        }

        Statement.Run(_connection, "DELETE FROM documents WHERE id = $1", document.Id);
    }

    public void Dispose()
    {
        _insertChunk.Dispose();
        _insertVector.Dispose();
        _insertWords.Dispose();
        _moveChunk.Dispose();
        _deleteChunk.Dispose();
        _deleteVector.Dispose();
        _deleteWords.Dispose();
    }

    private long Insert(PlannedDocument document) => Statement.Number(_connection,
        """
        INSERT INTO documents (collection_id, path, size, modified, hash, title, skipped, warning, generation)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id
        """,
        _collection.Id, document.Path, document.Size, document.Modified, document.Hash, document.Title, document.Skipped, document.Warning, _generation);

    private long Update(PlannedDocument document, long id)
    {
        Statement.Run(_connection,
            "UPDATE documents SET size = $2, modified = $3, hash = $4, title = $5, skipped = $6, warning = $7, generation = $8 WHERE id = $1",
            id, document.Size, document.Modified, document.Hash, document.Title, document.Skipped, document.Warning, _generation);
        return id;
    }

    private void Insert(long documentId, int ordinal, Chunk chunk)
    {
        var chunkId = (long)_insertChunk.Scalar(_collection.Id, documentId, ordinal, chunk.Section, chunk.Text, chunk.Hash)!;
        _insertVector.Run(chunkId, _vectors[chunk.Hash]);
        _insertWords.Run(chunkId, SearchWords.ForIndex(chunk.Title), SearchWords.ForIndex(chunk.Section), SearchWords.ForIndex(chunk.Text));
    }

    private void Delete(long chunkId)
    {
        _deleteChunk.Run(chunkId);
        _deleteVector.Run(chunkId);
        _deleteWords.Run(chunkId);
    }

    // A document may hold the same chunk twice, so a hash leads to a queue of ids.
    private Dictionary<string, Queue<long>> OldChunks(long documentId)
    {
        var chunks = new Dictionary<string, Queue<long>>(StringComparer.Ordinal);
        using var statement = new Statement(_connection, "SELECT id, hash FROM chunks WHERE document_id = $1 ORDER BY ordinal");
        using var reader = statement.Read(documentId);
        while (reader.Read())
        {
            if (!chunks.TryGetValue(reader.GetString(1), out var ids))
            {
                chunks[reader.GetString(1)] = ids = new Queue<long>();
            }

            ids.Enqueue(reader.GetInt64(0));
        }

        return chunks;
    }
}
