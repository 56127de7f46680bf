namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>
/// What a segment knows of a term: its postings, and by how many records the segment changed the number of those that hold it. Over all segments the sum is that number,
/// exactly, whatever was deleted: a deletion counts -1 in the segment of its transaction, while the posting itself stays until segments are merged.
/// </summary>
internal ref struct PackEntry
{
    public long Term { get; private set; }

    public long Holders { get; private set; }

    public ReadOnlySpan<byte> Postings { get; private set; }

    public static void Write(BlobWriter writer, long difference, long holders, ReadOnlySpan<byte> postings)
    {
        writer.Varint((ulong)difference);
        writer.Signed(holders);
        writer.Varint(postings.Length);
        writer.Bytes(postings);
    }

    /// <summary>Reads the next entry.</summary>
    /// <param name="reader">Stands before it.</param>
    /// <param name="previous">The term of the entry before, or of the row.</param>
    public static PackEntry Read(scoped ref BlobReader reader, long previous) => new()
    {
        Term = previous + (long)reader.Varint(),
        Holders = reader.Signed(),
        Postings = reader.Take(reader.Count()),
    };
}
