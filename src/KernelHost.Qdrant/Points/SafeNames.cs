using System.Globalization;
using System.Text;

namespace KernelHost.Qdrant.Points;

/// <summary>
/// The names of fields, vectors and collections as the server keeps them. Names that it would read as a path (<c>a.b</c>, <c>a[0]</c>) or that no file can have
/// are written with other characters. Names beginning with <c>_</c> are our own.
/// </summary>
internal static class SafeNames
{
    /// <summary>The original key, as a text or number.</summary>
    public const string Key = "_key";

    /// <summary>From which generation on the point is visible.</summary>
    public const string From = "_from";

    /// <summary>From which generation on it no longer is.</summary>
    public const string Until = "_until";

    /// <summary>What the server cannot tell from the values: empty lists and infinite numbers.</summary>
    public const string Facts = "_facts";

    /// <summary>The revision of a collection's head.</summary>
    public const string Revision = "_rev";

    /// <summary>The sparse vector of words.</summary>
    public const string Words = "_words";

    private const string Escaped = "_f_";

    /// <summary>The name of a field or vector on the server.</summary>
    public static string Of(string name) =>
        name[0] != '_' && name.Length <= 150 && name.All(static one => char.IsAsciiLetterOrDigit(one) || one is '_' or '-') ? name : Escaped + Escape(name, '_');

    /// <summary>The original of a name; <see langword="null"/> for one of our own.</summary>
    public static string? Read(string name) =>
        name[0] != '_' ? name : name.StartsWith(Escaped, StringComparison.Ordinal) ? Unescape(name[Escaped.Length..], '_') : null;

    /// <summary>Writes a name with letters, digits and <c>-</c>, and all else as hexadecimal bytes after a mark.</summary>
    public static string Escape(string name, char mark)
    {
        var result = new StringBuilder(name.Length + 8);
        foreach (var value in Encoding.UTF8.GetBytes(name))
        {
            if (char.IsAsciiLetterOrDigit((char)value) || value == '-')
            {
                result.Append((char)value);
            }
            else
            {
                result.Append(mark).Append(value.ToString("x2", CultureInfo.InvariantCulture));
            }
        }

        return result.ToString();
    }

    /// <summary>Reads what <see cref="Escape"/> wrote.</summary>
    public static string Unescape(string text, char mark)
    {
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == mark && i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                i += 2;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }

        return Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
    }
}
