using KernelHost.Memory.Ranking;
using KernelHost.Memory.Sqlite.Keywords;
using KernelHost.Memory.Records;
using KernelHost.Storage;
using Microsoft.Data.Sqlite;

namespace KernelHost.Memory.Sqlite;

internal sealed partial class SqliteRecordCollection
{
    /// <inheritdoc/>
    public override Task EnsureExistsAsync(RecordSchema schema, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken)
    {
        RecordSchemas.Check(schema);
        return file.WriteAsync(
            connection =>
            {
                ContentBuild.DropLeftovers(connection, file);
                if (CollectionEntry.Find(connection, name) is not { } entry)
                {
                    var collection = SqliteStatement.Number(
                        connection, "INSERT INTO collections (name, version, properties, content) VALUES (?1, 0, ?2, 0) RETURNING id", TextBytes.Encode(name), SchemaBytes.Write(properties));
                    var content = ContentBuild.Create(connection, collection, schema);
                    SqliteStatement.Run(connection, "UPDATE collections SET content = ?2 WHERE id = ?1", collection, content);
                }
                else if (RecordSchemas.Difference(SchemaBytes.Read(entry.SchemaBytes), schema) is { } difference)
                {
                    throw new MemoryException(
                        $"The collection '{name}' in {file.Description} exists with another schema: {difference}. Drop it, build it anew with the new schema, or use another name.", file.Path);
                }

                else if (entry.Words != SearchWords.Version)
                {
                    WordIndex.Rebuild(connection, entry);
                }

                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<bool> DropAsync(CancellationToken cancellationToken) => file.WriteAsync(
        connection =>
        {
            if (CollectionEntry.Find(connection, name) is not { } entry)
            {
                return false;
            }

            SqliteStatement.Run(connection, "DELETE FROM collections WHERE id = ?1", entry.Id);
            ContentBuild.Drop(connection, entry.Content);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public override Task UpsertAsync(IReadOnlyList<Record> records, CancellationToken cancellationToken) =>
        ChangeAsync(records, [], expected: null, properties: null, cancellationToken);

    /// <inheritdoc/>
    public override Task DeleteAsync(IReadOnlyCollection<object> keys, CancellationToken cancellationToken) =>
        ChangeAsync([], keys, expected: null, properties: null, cancellationToken);

    /// <inheritdoc/>
    public override Task<bool> TryChangeAsync(RecordChange change, CancellationToken cancellationToken) =>
        ChangeAsync(change.Upserts, change.Deletes, change.ExpectedVersion, change.Properties, cancellationToken);

    /// <inheritdoc/>
    public override async Task<long> DeleteAsync(RecordFilter filter, CancellationToken cancellationToken)
    {
        while (true)
        {
            var deleted = await file.WriteAsync(
                connection =>
                {
                    var (entry, codec) = Open(connection);
                    RecordFilters.Check(filter, codec.Schema);
                    if (ViewOf(connection, entry, codec, filter, orderBy: null, []) is not { } view)
                    {
                        return null;
                    }

                    var rows = Selection.Of(filter, view, connection).Rows().ToArray();
                    using var writer = new RecordWriter(connection, entry.Content, codec, entry.Version + 1);
                    foreach (var row in rows)
                    {
                        writer.Delete(view.Rows.OrdinalOf(row));
                    }

                    writer.Finish();
                    MoveOn(connection, entry);
                    return (long?)rows.Length;
                },
                cancellationToken);
            if (deleted is { } count)
            {
                return count;
            }
        }
    }

    private async Task<bool> ChangeAsync(
        IReadOnlyList<Record> upserts, IReadOnlyCollection<object> deletes, long? expected, IReadOnlyDictionary<string, string>? properties, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Words are cut and vectors made ready before anybody has to wait for the file.
            var (content, codec) = await file.ReadAsync(
                connection =>
                {
                    var (entry, codec) = Open(connection);
                    return (entry.Content, codec);
                },
                cancellationToken);
            var encoded = EncodedRecord.Create(upserts, codec, name, file.Path);
            var keys = Encode(deletes, codec.Schema);
            var done = await file.WriteAsync(
                connection =>
                {
                    var (entry, _) = Open(connection);
                    return expected is { } version && entry.Version != version ? Outcome.Overtaken
                        : entry.Content != content ? Outcome.OtherContent
                        : Write(connection, entry, codec, encoded, keys, properties);
                },
                cancellationToken);
            if (done != Outcome.OtherContent)
            {
                return done == Outcome.Written;
            }
        }
    }

    private static Outcome Write(
        SqliteConnection connection, CollectionEntry entry, RecordCodec codec, IReadOnlyList<EncodedRecord> upserts, List<byte[]> deletes, IReadOnlyDictionary<string, string>? properties)
    {
        using var writer = new RecordWriter(connection, entry.Content, codec, entry.Version + 1);
        foreach (var key in deletes)
        {
            writer.Delete(key);
        }

        writer.Put(upserts);
        writer.Finish();
        if (properties is not null)
        {
            SqliteStatement.Run(connection, "UPDATE collections SET properties = ?2 WHERE id = ?1", entry.Id, SchemaBytes.Write(properties));
        }

        MoveOn(connection, entry);
        return Outcome.Written;
    }

    private static void MoveOn(SqliteConnection connection, CollectionEntry entry) =>
        SqliteStatement.Run(connection, "UPDATE collections SET version = ?2 WHERE id = ?1", entry.Id, entry.Version + 1);

    private enum Outcome
    {
        Written,
        Overtaken,
        OtherContent,
    }
}
