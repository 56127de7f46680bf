using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace KernelHost.Runs.Journal;

/// <summary>Reads the contents that events refer to. Not thread-safe.</summary>
internal sealed class SqliteContents : IDisposable
{
    private readonly SqliteCommand _select;
    private readonly string _path;

    public SqliteContents(SqliteConnection connection, string path)
    {
        _path = path;
        _select = connection.CreateCommand();
        _select.CommandText = "SELECT bytes FROM contents WHERE hash = $hash";
        _select.Parameters.Add(new SqliteParameter { ParameterName = "$hash" });
    }

    /// <summary>The event's whole JSON.</summary>
    /// <exception cref="JournalException">A content is missing or is not what was written.</exception>
    public byte[] Join(string sessionId, long sequence, in StoredEvent stored)
    {
        if (stored.Parts is null)
        {
            return stored.Payload;
        }

        try
        {
            return LargeMembers.Join(stored, hash => Find(hash) ?? throw new JournalException(
                $"The journal '{_path}' has lost or changed a part of event {sequence} of session '{sessionId}' (content {Convert.ToHexStringLower(hash)}). Restore the file from a backup; 'kernelhost journal verify' shows what is affected."));
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            throw new JournalException($"The journal '{_path}' holds event {sequence} of session '{sessionId}' with damaged references. Restore the file from a backup; 'kernelhost journal verify' shows what is affected.", exception);
        }
    }

    /// <summary>A content, or <see langword="null"/> when it is missing or does not have this hash.</summary>
    public byte[]? Find(byte[] hash)
    {
        _select.Parameters[0].Value = hash;
        return _select.ExecuteScalar() is byte[] bytes && SHA256.HashData(bytes).AsSpan().SequenceEqual(hash) ? bytes : null;
    }

    public void Dispose() => _select.Dispose();
}
