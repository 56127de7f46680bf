using System.Buffers;
using System.Security.Cryptography;

namespace KernelHost.Runs;

/// <summary>Ids that people can read aloud: a prefix and twelve characters without look-alikes, 60 random bits.</summary>
internal static class RunIds
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    public static string NewRun() => New("run_");

    public static string NewSession() => New("ses_");

    public static string NewApproval() => New("apr_");

    public static string NewRemembered() => New("rem_");

    public static bool IsSession(string id) =>
        id.Length == 16 && id.StartsWith("ses_", StringComparison.Ordinal) && !id.AsSpan(4).ContainsAnyExcept(Characters);

    private static string New(string prefix) => string.Create(prefix.Length + 12, prefix, static (id, prefix) =>
    {
        prefix.CopyTo(id);
        RandomNumberGenerator.GetItems(Alphabet, id[prefix.Length..]);
    });
}
