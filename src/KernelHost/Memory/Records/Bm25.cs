using System.Text;
using KernelHost.Memory.Ranking;

namespace KernelHost.Memory.Records;

/// <summary>
/// The words of records and queries, and what they weigh: BM25 (Robertson and Zaragoza, <i>The Probabilistic Relevance Framework: BM25 and Beyond</i>, 2009) cut in two,
/// so that every store can compute the same. A record carries <c>tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average))</c> for each of its words; a store multiplies
/// it with the word's <see cref="Rarity"/> and sums over the words of the query.
/// </summary>
/// <remarks>
/// The average length is a constant, because a record that is written alone cannot know that of the collection. Words are 32-bit hashes, because that is what a sparse vector
/// of Qdrant is indexed by; weights are whole steps of <see cref="Step"/>, so that a store may keep them in one byte.
/// </remarks>
public static class Bm25
{
    /// <summary>How soon a repeated word stops counting.</summary>
    public const float K1 = 1.2f;

    /// <summary>How much a long text is held against its words.</summary>
    public const float B = 0.75f;

    /// <summary>The length of a usual record, in words; each word counts as often as its field weighs.</summary>
    public const float AverageLength = 160;

    /// <summary>The smallest difference between two weights. The greatest weight, k1 + 1, is below 255 of them.</summary>
    public const float Step = 1 / 115f;

    // Beyond this a query is no question any more.
    private const int LongestQuery = 4096;
    private const int MostQueryWords = 64;

    /// <summary>The words of a record: their hashes, ascending, and how many <see cref="Step"/>s each weighs, from 1 to 255.</summary>
    /// <param name="schema">Says which fields are searched, and how much each weighs.</param>
    /// <param name="record">The record.</param>
    public static (uint[] Words, byte[] Weights) WordsOf(RecordSchema schema, Record record)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(record);
        var weighed = new List<(uint Word, byte Weight)>();
        foreach (var group in schema.SearchedFields.GroupBy(static field => field.SearchGroup))
        {
            Weigh(group, record, weighed);
        }

        // Words of two groups with one hash are one word: a store keeps one weight. Those of one group are distinct and in order already.
        if (schema.SearchedFields.Select(static field => field.SearchGroup).Distinct().Skip(1).Any())
        {
            weighed.Sort();
            weighed = [.. weighed.DistinctBy(static one => one.Word)];
        }

        return ([.. weighed.Select(static one => one.Word)], [.. weighed.Select(static one => one.Weight)]);
    }

    /// <summary>The distinct words of a query that carry meaning, as hashes, ascending; of a long query the first 4,096 characters and 64 words.</summary>
    /// <param name="query">The text of the query.</param>
    /// <param name="group">The fields that are searched (<see cref="KeywordLeg.Group"/>).</param>
    public static uint[] WordsOf(string query, string group = "")
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(group);
        var seed = Seed(group);
        var words = SearchWords.ForQuery(query.Length <= LongestQuery ? query : query[..LongestQuery], MostQueryWords).Select(word => Hash(word, seed)).Distinct().ToArray();
        Array.Sort(words);
        return words;
    }

    /// <summary>What a word weighs that <paramref name="holders"/> of <paramref name="records"/> records hold: <c>ln(1 + (N - n + 0.5) / (n + 0.5))</c>.</summary>
    /// <param name="records">Records with any word, of the tenant that is searched.</param>
    /// <param name="holders">Those of them with this word.</param>
    public static float Rarity(long records, long holders) => (float)Math.Log(((records - holders + 0.5) / (holders + 0.5)) + 1);

    // Sorting counts words quicker than a dictionary does: this is a good part of what writing a record costs.
    private static void Weigh(IGrouping<string, RecordField> group, Record record, List<(uint Word, byte Weight)> weighed)
    {
        List<uint> words = [];
        var seed = Seed(group.Key);
        foreach (var field in group)
        {
            var hashes = new Hashes(words, seed, field.SearchWeight);
            foreach (var text in Texts(record[field.Name]))
            {
                words.EnsureCapacity(words.Count + (text.Length / 5));
                SearchWords.Visit(text, ref hashes);
            }
        }

        words.Sort();
        var norm = K1 * (1 - B + (B * words.Count / AverageLength));
        for (int i = 0, next; i < words.Count; i = next)
        {
            next = i + 1;
            while (next < words.Count && words[next] == words[i])
            {
                next++;
            }

            var count = next - i;
            weighed.Add((words[i], (byte)Math.Clamp(MathF.Round(count * (K1 + 1) / (count + norm) / Step), 1, 255)));
        }
    }

    // Words of another group are other words.
    private static uint Seed(string group)
    {
        var hash = 2166136261;
        foreach (var value in group)
        {
            hash = (hash ^ value) * 16777619;
        }

        return hash;
    }

    // FNV-1a over UTF-8 with the final mix of MurmurHash3, so that all bits depend on all characters.
    private static uint Hash(ReadOnlySpan<char> word, uint seed)
    {
        var hash = seed;
        foreach (var character in word)
        {
            if (!char.IsAscii(character))
            {
                return Mix(HashBytes(word, seed));
            }

            hash = (hash ^ character) * 16777619;
        }

        return Mix(hash);
    }

    private static uint HashBytes(ReadOnlySpan<char> word, uint hash)
    {
        Span<byte> bytes = stackalloc byte[256];
        var length = Encoding.UTF8.GetBytes(word, bytes);
        foreach (var value in bytes[..length])
        {
            hash = (hash ^ value) * 16777619;
        }

        return hash;
    }

    private static uint Mix(uint hash)
    {
        hash = (hash ^ (hash >> 16)) * 0x85EBCA6B;
        hash = (hash ^ (hash >> 13)) * 0xC2B2AE35;
        return hash ^ (hash >> 16);
    }

    private readonly struct Hashes(List<uint> words, uint seed, int times) : IWordVisitor
    {
        public void Add(ReadOnlySpan<char> word)
        {
            var hash = Hash(word, seed);
            for (var i = 0; i < times; i++)
            {
                words.Add(hash);
            }
        }
    }

    private static IEnumerable<string> Texts(object? value) => value switch
    {
        string text => [text],
        IReadOnlyList<object?> list => list.OfType<string>(),
        _ => [],
    };
}
