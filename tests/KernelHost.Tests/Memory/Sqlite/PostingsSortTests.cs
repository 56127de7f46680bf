using KernelHost.Memory.Sqlite.Keywords;

namespace KernelHost.Tests.Memory.Sqlite;

public sealed class PostingsSortTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5000)]
    public void ByTerm_WordsOfSeveralTenants_AreInOrderAndOrdinalsStayAscending(int count)
    {
        var random = new Random(11);
        Posting[] postings = [.. Enumerable.Range(0, count).Select(ordinal =>
            new Posting(Term.OfWord(random.Next(3) * 40_000, (uint)random.Next(4) * 0x3FFF_F001u), ordinal, (byte)random.Next(1, 256)))];
        Posting[] expected = [.. postings.OrderBy(static posting => posting.Term).ThenBy(static posting => posting.Ordinal)];

        PostingsSort.ByTerm(postings);

        Assert.Equal(expected, postings);
    }
}
