using System.IO.Compression;

namespace KernelHost.Memory.Ingestion.Formats;

/// <summary>Unpacks a ZIP archive into nowhere first: what an archive says of its sizes is not believed.</summary>
internal static class ZipCheck
{
    private const int MostEntries = 5_000;
    private const long SmallPart = 1024 * 1024;

    /// <summary>The names of the entries.</summary>
    /// <exception cref="DocumentRefusedException">It is damaged, or it unpacks to more than it may.</exception>
    public static IReadOnlyList<string> Run(DocumentInput input)
    {
        try
        {
            using var archive = new ZipArchive(new MemoryStream(input.Bytes, writable: false), ZipArchiveMode.Read);
            DocumentInput.Require(archive.Entries.Count, MostEntries, "parts");
            var buffer = new byte[81920];
            var rest = input.Limits.UnpackedBytes;
            foreach (var entry in archive.Entries)
            {
                rest -= Unpack(entry, buffer, rest, input);
            }

            return [.. archive.Entries.Select(static entry => entry.FullName)];
        }
        catch (InvalidDataException exception)
        {
            throw new DocumentRefusedException($"It is a damaged archive: {exception.Message}", exception);
        }
    }

    private static long Unpack(ZipArchiveEntry entry, byte[] buffer, long rest, DocumentInput input)
    {
        using var stream = entry.Open();
        var most = Math.Max(SmallPart, entry.CompressedLength * input.Limits.UnpackRatio);
        var unpacked = 0L;
        while (stream.Read(buffer) is > 0 and var read)
        {
            input.CancellationToken.ThrowIfCancellationRequested();
            unpacked += read;
            if (unpacked > most || unpacked > rest)
            {
                throw new DocumentRefusedException($"A part of it ('{entry.Name}') unpacks to far more than a document holds; it may be made to exhaust memory.");
            }
        }

        return unpacked;
    }
}
