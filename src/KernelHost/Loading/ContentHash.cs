using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace KernelHost.Loading;

/// <summary>One hash for a directory: SHA-256 over the names and contents of all its files, in ordinal order of the names. Linked directories are left out.</summary>
public static class ContentHash
{
    /// <summary>Lower-case hexadecimal. Lengths are hashed too, so that no two different directories give the same bytes.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file cannot be read.</exception>
    public static string Compute(string directory)
    {
        var files = PluginFiles.All(directory)
            .Select(path => (Path: path, Name: Path.GetRelativePath(directory, path).Replace(Path.DirectorySeparatorChar, '/')))
            .OrderBy(file => file.Name, StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
        foreach (var (path, name) in files)
        {
            var nameBytes = Encoding.UTF8.GetBytes(name);
            using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            var length = RandomAccess.GetLength(file);
            BinaryPrimitives.WriteInt64LittleEndian(buffer, nameBytes.Length);
            BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(8), length);
            hash.AppendData(buffer, 0, 16);
            hash.AppendData(nameBytes);
            int read;
            for (long at = 0; (read = RandomAccess.Read(file, buffer, at)) > 0; at += read)
            {
                hash.AppendData(buffer, 0, read);
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
