using KernelHost.Memory.VectorData;
using Microsoft.Extensions.AI;

namespace KernelHost.Memory.Sqlite;

/// <summary>One SQLite file as a vector store of <c>Microsoft.Extensions.VectorData</c>.</summary>
public sealed class SqliteVectorStore : RecordVectorStore
{
    /// <summary>Names the file; it is opened, and created when it does not exist, by the first call, and closed with the vector store.</summary>
    /// <param name="path">The file.</param>
    /// <param name="embeddingGenerator">Makes vectors of texts, unless a collection or a property names another; <see langword="null"/> when records bring their vectors.</param>
    /// <param name="options">How the file is treated; <see langword="null"/> for the defaults.</param>
    public SqliteVectorStore(string path, IEmbeddingGenerator? embeddingGenerator = null, SqliteRecordStoreOptions? options = null)
        : base(new SqliteRecordStore(path, options), new RecordVectorStoreOptions { EmbeddingGenerator = embeddingGenerator, OwnsStore = true, SystemName = "sqlite" })
    {
    }
}
