using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace KernelHost.Runs.Journal;

/// <summary>
/// The hash of an event: SHA-256 over the hash before it and every field of its row, each with its length, so that no two rows read the
/// same. Large members are covered through their content's hash. Not thread-safe.
/// </summary>
internal sealed class EventHashChain
{
    // The fields are put side by side and hashed in one call: a call of the hash for each costs as much as hashing a kilobyte.
    private readonly ArrayBufferWriter<byte> _row = new();

    /// <summary>The hash before the first event.</summary>
    public static byte[] Start { get; } = new byte[SHA256.HashSizeInBytes];

    public byte[] Next(ReadOnlySpan<byte> previous, string sessionId, long sequence, in StoredEvent stored)
    {
        _row.ResetWrittenCount();
        _row.Write(previous);
        Append(Encoding.UTF8.GetByteCount(sessionId));
        Encoding.UTF8.GetBytes(sessionId, _row);
        Append(sequence);
        Append(stored.Version);
        Append(stored.Payload);
        Append(stored.Parts);
        return SHA256.HashData(_row.WrittenSpan);
    }

    private void Append(ReadOnlySpan<byte> field)
    {
        Append(field.Length);
        _row.Write(field);
    }

    private void Append(long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(_row.GetSpan(sizeof(long)), number);
        _row.Advance(sizeof(long));
    }
}
