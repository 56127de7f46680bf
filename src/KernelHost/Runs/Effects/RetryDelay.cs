using System.Security.Cryptography;
using System.Text;

namespace KernelHost.Runs.Effects;

/// <summary>How long to wait before a call is made again.</summary>
internal static class RetryDelay
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Doubles with every attempt. The jitter, half of it, follows from the key: other calls wait otherwise, this one always the same.</summary>
    /// <param name="key">The call's idempotency key.</param>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    public static TimeSpan After(string key, int attempt)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{key}#{attempt}"), hash);
        var jitter = hash[0] / 256.0;
        var full = Math.Min(First.TotalMilliseconds * Math.Pow(2, attempt - 1), Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (0.5 + (jitter / 2)));
    }
}
