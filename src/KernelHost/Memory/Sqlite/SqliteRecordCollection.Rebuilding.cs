using KernelHost.Memory.Records;
using KernelHost.Storage;

namespace KernelHost.Memory.Sqlite;

internal sealed partial class SqliteRecordCollection
{
    // What is held in memory at a time, and written in one transaction, so that other writers get their turns.
    private const int RebuildBatch = 500;

    /// <inheritdoc/>
    public override async Task<bool> TryRebuildAsync(RecordRebuild rebuild, CancellationToken cancellationToken)
    {
        RecordSchemas.Check(rebuild.Schema);
        var build = await file.WriteAsync(
            connection =>
            {
                var (entry, _) = Open(connection);
                ContentBuild.DropLeftovers(connection, file);
                return entry.Version == rebuild.ExpectedVersion ? ContentBuild.Begin(connection, file, entry.Id, rebuild.Schema) : null;
            },
            cancellationToken);
        if (build is null)
        {
            return false;
        }

        using (build)
        {
            var superfluous = build.Content;
            try
            {
                await FillAsync(build.Content, rebuild, cancellationToken);
                if (await SwitchAsync(build.Content, rebuild, cancellationToken) is { } former)
                {
                    superfluous = former;
                    return true;
                }

                return false;
            }
            finally
            {
                // In a transaction of its own: nobody has to wait for it to see the new content. Who is killed before leaves it to the next one.
                await DropAsync(superfluous);
            }
        }
    }

    private async Task DropAsync(long content)
    {
        try
        {
            await file.WriteAsync(
                connection =>
                {
                    ContentBuild.Drop(connection, content);
                    return true;
                },
                CancellationToken.None);
        }
        catch (MemoryException)
        {
            // It hides nothing of what the rebuild came to. The next one that writes tries again.
        }
    }

    private async Task FillAsync(long content, RecordRebuild rebuild, CancellationToken cancellationToken)
    {
        var codec = new RecordCodec(rebuild.Schema);
        await foreach (var records in rebuild.Records.Chunk(RebuildBatch).WithCancellation(cancellationToken))
        {
            var encoded = EncodedRecord.Create(records, codec, name, file.Path);
            await file.WriteAsync(
                connection =>
                {
                    using var writer = new RecordWriter(connection, content, codec, version: 0);
                    writer.Put(encoded);
                    writer.Finish();
                    return true;
                },
                cancellationToken);
        }
    }

    /// <returns>The content that was in its place; <see langword="null"/> when the collection has changed since.</returns>
    private Task<long?> SwitchAsync(long content, RecordRebuild rebuild, CancellationToken cancellationToken) => file.WriteAsync<long?>(
        connection =>
        {
            var (entry, _) = Open(connection);
            if (entry.Version != rebuild.ExpectedVersion)
            {
                return null;
            }

            SqliteStatement.Run(connection, "UPDATE collections SET content = ?2, properties = ?3 WHERE id = ?1", entry.Id, content, SchemaBytes.Write(rebuild.Properties));
            MoveOn(connection, entry);
            return entry.Content;
        },
        cancellationToken);
}
