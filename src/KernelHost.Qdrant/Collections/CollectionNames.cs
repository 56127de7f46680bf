using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KernelHost.Memory.Records;
using KernelHost.Qdrant.Points;

namespace KernelHost.Qdrant.Collections;

/// <summary>
/// The names of collections on the server. Callers' names are aliases, so that a rebuild can put other content in their place; the content has names of its own.
/// </summary>
internal sealed class CollectionNames(string prefix)
{
    // The server takes 255 characters; the content's name is longer by its suffix.
    private const int Longest = 200;
    private const char Mark = '=';
    private const char Suffix = '~';

    /// <summary>The alias of a collection.</summary>
    public string Alias(string name)
    {
        var alias = prefix + SafeNames.Escape(name, Mark);
        return alias.Length <= Longest ? alias : $"{alias[..100]}{Mark}{Mark}{Hash(name)}";
    }

    /// <summary>The collection behind it that a first creation makes: the same for all who create it alike at once, so that one of them wins and nobody loses.</summary>
    public string First(string name, RecordSchema schema) => $"{Alias(name)}{Suffix}{Hash(JsonSerializer.Serialize(schema, HeadJson.Default.RecordSchema))[..16]}";

    /// <summary>A collection behind it for a rebuild.</summary>
    public string Next(string name) => $"{Alias(name)}{Suffix}{Guid.NewGuid():N}";

    /// <summary>Whether the alias is one of this store.</summary>
    public bool IsOurs(string alias, string target) => alias.StartsWith(prefix, StringComparison.Ordinal) && target.StartsWith(alias + Suffix, StringComparison.Ordinal);

    /// <summary>The name of an alias; <see langword="null"/> when it was too long to be read back.</summary>
    public string? Name(string alias) => alias.Contains($"{Mark}{Mark}", StringComparison.Ordinal) ? null : SafeNames.Unescape(alias[prefix.Length..], Mark);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
