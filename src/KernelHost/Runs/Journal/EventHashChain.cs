using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace KernelHost.Runs.Journal;

/// <summary>
/// The hash of an event: SHA-256 over the hash before it and every field of its row, each with its length, so that no two rows read the
/// same. Large members are covered through their content's hash. Not thread-safe.
/// </summary>
internal sealed class EventHashChain : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The hash before the first event.</summary>
    public static byte[] Start { get; } = new byte[SHA256.HashSizeInBytes];

    public byte[] Next(ReadOnlySpan<byte> previous, string sessionId, long sequence, in StoredEvent stored)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        _hash.AppendData(previous);
        Append(Encoding.UTF8.GetBytes(sessionId));
        BinaryPrimitives.WriteInt64BigEndian(number, sequence);
        _hash.AppendData(number);
        BinaryPrimitives.WriteInt64BigEndian(number, stored.Version);
        _hash.AppendData(number);
        Append(stored.Payload);
        Append(stored.Parts);
        return _hash.GetHashAndReset();
    }

    public void Dispose() => _hash.Dispose();

    private void Append(ReadOnlySpan<byte> field)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(length, field.Length);
        _hash.AppendData(length);
        _hash.AppendData(field);
    }
}
