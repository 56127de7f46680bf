namespace KernelHost.Memory.Ranking;

/// <summary>English words that say nothing about what a question is about. They are left out of queries only; the index has every word.</summary>
internal static class StopWords
{
    private static readonly HashSet<string> Words = new(
        ("a about am an and any are as at be been but by can could d did do does doing for from had has have he her him his how i if in into is it "
        + "its just ll m may me might must my no not of on or our s shall she should so some t than that the their them then there these they this "
        + "those to too ve was we were what when where which who whom whose why will with would you your").Split(' '),
        StringComparer.Ordinal);

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup = Words.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Contains(ReadOnlySpan<char> word) => Lookup.Contains(word);
}
