using System.Diagnostics.CodeAnalysis;
using KernelHost.Memory.Sqlite;
using KernelHost.Memory.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Ingestion;

/// <summary>
/// Brings a collection up to date with its directory: compare, embed what is new, then write everything in one transaction that
/// moves the collection to its next generation.
/// </summary>
internal sealed class Ingestion(MemoryDatabase database, MemoryEmbedding embedding, TimeProvider timeProvider)
{
    // Each further attempt means that another process has just finished the same work, so the next finds less to do.
    private const int MostAttempts = 8;

    // A vector that no ingestion came back for in this time belongs to text that has changed since.
    private static readonly TimeSpan PendingLifetime = TimeSpan.FromDays(7);

    private readonly IngestPlanner _planner = new(timeProvider);

    public async Task<IngestReport> RunAsync(IngestRequest request, IProgress<IngestProgress>? progress, CancellationToken cancellationToken)
    {
        var vectors = new ChunkEmbedding(database, embedding, timeProvider);
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var snapshot = database.Read(connection => Snapshot.Read(connection, request.Collection));
            var collection = snapshot.Collection;
            if (request.Reembed && IsOfAnotherModel(collection))
            {
                await ReembedAsync(collection, vectors, progress, cancellationToken);
                continue;
            }

            collection?.RequireModel(embedding.Id, database.Path);
            var plan = _planner.Plan(request, snapshot.States, collection is null or { Format: Chunk.Format }, progress, cancellationToken);
            if (IsDone(plan, collection))
            {
                return plan.ToReport(vectors.Made);
            }

            var total = plan.Changed.Count + plan.Unchanged;
            await vectors.EmbedAsync(
                plan.Changed.SelectMany(static document => document.Chunks).Select(static chunk => (chunk.Hash, chunk.TextToEmbed)),
                collection,
                (done, all) => progress?.Report(new IngestProgress(total, total, done, all)),
                cancellationToken);
            if (database.Use(connection => TryWrite(connection, request.Collection, collection, plan, vectors.Vectors, cancellationToken)))
            {
                return plan.ToReport(vectors.Made);
            }
        }

        throw new MemoryException(
            $"The collection '{request.Collection}' in '{database.Path}' was changed by other processes again and again while it was ingested. Let only one of them ingest at a time.",
            database.Path);
    }

    private bool IsOfAnotherModel([NotNullWhen(true)] CollectionRow? collection) =>
        collection is { Dimensions: > 0 }
        && (collection.Model != embedding.Id || (embedding.Dimensions is { } dimensions && collection.Dimensions != dimensions));

    private static bool IsDone(IngestPlan plan, CollectionRow? collection) =>
        !plan.ChangesContent && plan.Touched.Count == 0 && collection is { Format: Chunk.Format };

    private bool TryWrite(
        SqliteConnection connection, string name, CollectionRow? expected, IngestPlan plan, Dictionary<string, byte[]> vectors, CancellationToken cancellationToken)
    {
        using var transaction = connection.BeginTransaction();
        var current = CollectionRow.Find(connection, name);
        if (current != expected)
        {
            return false;
        }

        foreach (var touched in plan.Touched)
        {
            Statement.Run(connection, "UPDATE documents SET modified = $2 WHERE id = $1", touched.State.Id, touched.Modified);
        }

        if (plan.ChangesContent || current is not { Format: Chunk.Format })
        {
            var collection = current ?? Create(connection, name);
            using var writer = new IndexWriter(connection, collection, collection.Generation + 1, vectors);
            foreach (var document in plan.Removed)
            {
                cancellationToken.ThrowIfCancellationRequested();
                writer.Remove(document);
            }

            foreach (var document in plan.Changed)
            {
                cancellationToken.ThrowIfCancellationRequested();
                writer.Write(document);
            }

            Finish(connection, collection, vectors);
        }

        transaction.Commit();
        return true;
    }

    private CollectionRow Create(SqliteConnection connection, string name)
    {
        Statement.Run(connection,
            "INSERT INTO collections (name, model, dimensions, format, generation) VALUES ($1, $2, 0, $3, 0)", name, embedding.Id, Chunk.Format);
        var row = CollectionRow.Find(connection, name)!;
        MemorySchema.CreateCollectionTables(connection, row.Id);
        return row;
    }

    private void Finish(SqliteConnection connection, CollectionRow collection, Dictionary<string, byte[]> vectors)
    {
        var dimensions = vectors.Count > 0 ? vectors.Values.First().Length / sizeof(float) : collection.Dimensions;
        // An emptied collection may be filled by another model.
        if (Statement.Number(connection, $"SELECT EXISTS (SELECT 1 FROM {collection.Vectors})") == 0)
        {
            dimensions = 0;
        }

        Statement.Run(connection,
            "UPDATE collections SET model = $2, dimensions = $3, format = $4, generation = generation + 1 WHERE id = $1",
            collection.Id, embedding.Id, dimensions, Chunk.Format);
        using var forget = new Statement(connection, "DELETE FROM pending_vectors WHERE model = $1 AND hash = $2");
        foreach (var hash in embedding.IsLexical ? [] : vectors.Keys.ToArray())
        {
            forget.Run(embedding.Id, hash);
        }

        Statement.Run(connection, "DELETE FROM pending_vectors WHERE created < $1", (timeProvider.GetUtcNow() - PendingLifetime).ToUnixTimeSeconds());
    }

    // From the text in the index, so that a document that is gone for the moment keeps its place. Readers of the old model go on
    // until the last statement commits.
    private async Task ReembedAsync(CollectionRow collection, ChunkEmbedding vectors, IProgress<IngestProgress>? progress, CancellationToken cancellationToken)
    {
        var chunks = database.Use(connection => ReadChunks(connection, collection));
        await vectors.EmbedAsync(
            chunks.Select(static chunk => (chunk.Chunk.Hash, chunk.Chunk.TextToEmbed)),
            collection: null,
            (done, all) => progress?.Report(new IngestProgress(0, 0, done, all)),
            cancellationToken);
        database.Use(connection =>
        {
            using var transaction = connection.BeginTransaction();
            if (CollectionRow.Find(connection, collection.Name) != collection)
            {
                return false;
            }

            using var replace = new Statement(connection, $"UPDATE {collection.Vectors} SET vector = $2 WHERE chunk_id = $1");
            foreach (var (id, chunk) in chunks)
            {
                cancellationToken.ThrowIfCancellationRequested();
                replace.Run(id, vectors.Vectors[chunk.Hash]);
            }

            Finish(connection, collection, vectors.Vectors);
            // Only the vectors are new: chunks cut by older rules are still to be cut anew.
            Statement.Run(connection, "UPDATE collections SET format = $2 WHERE id = $1", collection.Id, collection.Format);
            transaction.Commit();
            return true;
        });
    }

    private static List<(long Id, Chunk Chunk)> ReadChunks(SqliteConnection connection, CollectionRow collection)
    {
        using var statement = new Statement(connection,
            "SELECT c.id, d.title, c.section, c.text FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.collection_id = $1 ORDER BY c.id");
        using var reader = statement.Read(collection.Id);
        var chunks = new List<(long, Chunk)>();
        while (reader.Read())
        {
            chunks.Add((reader.GetInt64(0), new Chunk(
                reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetString(3))));
        }

        return chunks;
    }

    private sealed record Snapshot(CollectionRow? Collection, Dictionary<string, DocumentState> States)
    {
        public static Snapshot Read(SqliteConnection connection, string name)
        {
            var collection = CollectionRow.Find(connection, name);
            return new Snapshot(collection, IngestPlanner.ReadStates(connection, collection));
        }
    }
}
