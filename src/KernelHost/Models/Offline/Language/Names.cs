namespace KernelHost.Models.Offline.Language;

/// <summary>Splits the names that programs use: camelCase, PascalCase, snake_case, kebab-case, dotted paths.</summary>
internal static class Names
{
    /// <summary>The lower-case parts of a name: <c>getOrderID-2</c> gives get, order, id, 2.</summary>
    public static List<string> Split(string name)
    {
        var parts = new List<string>(4);
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            var boundary = i == name.Length || !char.IsLetterOrDigit(name[i]);
            var hump = !boundary && i > start && char.IsUpper(name[i])
                && (char.IsLower(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]) && char.IsLetter(name[i - 1])));
            if ((boundary || hump) && i > start)
            {
                parts.Add(name[start..i].ToLowerInvariant());
            }

            if (boundary)
            {
                start = i + 1;
            }
            else if (hump)
            {
                start = i;
            }
        }

        return parts;
    }

    /// <summary>The stems of the parts of a name.</summary>
    public static List<string> Stems(string name) => Split(name).ConvertAll(Stemmer.Stem);

    /// <summary>A name as people write it: <c>promisedDelivery</c> gives "promised delivery".</summary>
    public static string Words(string name) => string.Join(' ', Split(name));
}
