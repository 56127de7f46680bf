namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>Selects rows by a set of codes.</summary>
internal static class CodeSet
{
    /// <param name="codes">The code of each row.</param>
    /// <param name="wanted">The codes to select.</param>
    /// <param name="greatest">No row has a greater code.</param>
    public static Bits Select(ReadOnlySpan<int> codes, ReadOnlySpan<int> wanted, int greatest)
    {
        var isWanted = new bool[greatest + 1];
        foreach (var code in wanted)
        {
            isWanted[code] = true;
        }

        return Select(codes, isWanted);
    }

    public static Bits Select(ReadOnlySpan<int> codes, bool[] isWanted)
    {
        var words = new ulong[(codes.Length + 63) / 64];
        for (var i = 0; i < words.Length; i++)
        {
            var word = 0UL;
            var part = codes[(i << 6)..Math.Min(codes.Length, (i + 1) << 6)];
            for (var bit = 0; bit < part.Length; bit++)
            {
                // A code that came after the set was made belongs to a later row than any of this view.
                word |= isWanted[part[bit]] ? 1UL << bit : 0;
            }

            words[i] = word;
        }

        return Bits.Of(words, codes.Length);
    }
}
