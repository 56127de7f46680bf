namespace KernelHost.Memory.Ingestion;

/// <summary>Packs what is remembered of a document's chunks, of which there may be many: all documents are read at each ingestion.</summary>
internal static class ChunkBlob
{
    private const int IdBytes = ChunkState.IdLength / 2;
    private const int LikenessBytes = Likeness.BandCount * sizeof(uint);

    public static string Write(IReadOnlyList<ChunkState> chunks)
    {
        var bytes = new byte[chunks.Sum(static chunk => IdBytes + 1 + (chunk.Likeness is null ? 0 : LikenessBytes))];
        var rest = bytes.AsSpan();
        foreach (var chunk in chunks)
        {
            Convert.FromHexString(chunk.Id).CopyTo(rest);
            rest[IdBytes] = chunk.Likeness is null ? (byte)0 : (byte)1;
            rest = rest[(IdBytes + 1)..];
            if (chunk.Likeness is { } likeness)
            {
                likeness.Write(rest);
                rest = rest[LikenessBytes..];
            }
        }

        return Convert.ToBase64String(bytes);
    }

    /// <exception cref="FormatException">It was not written so.</exception>
    /// <exception cref="ArgumentException">It ends too soon.</exception>
    public static List<ChunkState> Read(string blob)
    {
        ReadOnlySpan<byte> rest = Convert.FromBase64String(blob);
        var chunks = new List<ChunkState>();
        while (!rest.IsEmpty)
        {
            var id = Convert.ToHexStringLower(rest[..IdBytes]);
            var hasLikeness = rest[IdBytes] == 1;
            rest = rest[(IdBytes + 1)..];
            chunks.Add(new ChunkState(id, hasLikeness ? Likeness.Read(rest[..LikenessBytes]) : null));
            rest = rest[(hasLikeness ? LikenessBytes : 0)..];
        }

        return chunks;
    }
}
