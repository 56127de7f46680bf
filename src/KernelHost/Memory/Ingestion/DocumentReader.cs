using System.Globalization;
using System.Security.Cryptography;

namespace KernelHost.Memory.Ingestion;

/// <summary>The bytes of a file, or why there are none.</summary>
/// <param name="Hash">Lower-case hexadecimal SHA-256 of the bytes; empty when they were not read.</param>
internal sealed record DocumentContent(string Hash)
{
    public byte[] Bytes { get; init; } = [];

    public string? Skipped { get; init; }

    /// <summary>Whether the file could not be read at this moment; what is known of it stays.</summary>
    public bool IsUnreadable { get; init; }
}

/// <summary>Reads files nobody has looked at yet: their sizes are not trusted.</summary>
internal static class DocumentReader
{
    public static DocumentContent Read(string file, long size, long maxBytes)
    {
        if (size > maxBytes)
        {
            return new DocumentContent("")
            {
                Skipped = string.Create(CultureInfo.InvariantCulture, $"It has {size:N0} bytes; files above {maxBytes:N0} bytes are not ingested. Split it."),
            };
        }

        try
        {
            // Not opened when empty: that is also the size of pipes and devices, which would never end.
            var bytes = size == 0 ? [] : ReadAtMost(file, maxBytes);
            return new DocumentContent(Convert.ToHexStringLower(SHA256.HashData(bytes))) { Bytes = bytes };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new DocumentContent("") { Skipped = $"It cannot be read: {exception.Message}", IsUnreadable = true };
        }
    }

    private static byte[] ReadAtMost(string file, long maxBytes)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.Length > maxBytes)
        {
            throw new IOException("It grew beyond the size limit while it was read.");
        }

        var bytes = new byte[stream.Length];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : bytes[..read];
    }
}
