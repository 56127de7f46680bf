using System.Buffers.Binary;
using KernelHost.Memory.Ranking;

namespace KernelHost.Memory.Ingestion;

/// <summary>
/// A fingerprint by which passages that share most of their wording are found: MinHash over overlapping triples of words (Broder, <i>On the resemblance and
/// containment of documents</i>, 1997), in bands of which one must be equal. It only proposes; <see cref="SameWording"/> decides.
/// </summary>
internal sealed record Likeness(IReadOnlyList<uint> Bands)
{
    /// <summary>The length of <see cref="Bands"/>. With 5 rows each, nine of ten shared triples are found with a probability of 0.999, half of them with 0.22.</summary>
    public const int BandCount = 8;

    // Shorter passages are alike by chance, and cost next to nothing.
    private const int FewestWords = 24;
    private const int RowsPerBand = 5;

    /// <summary>The fingerprint of a text; <see langword="null"/> when it is too short to be compared.</summary>
    public static Likeness? Of(string text)
    {
        var words = SearchWords.OfDocument(text);
        if (words.Count < FewestWords)
        {
            return null;
        }

        Span<ulong> least = stackalloc ulong[BandCount * RowsPerBand];
        least.Fill(ulong.MaxValue);
        foreach (var triple in Triples(words))
        {
            for (var i = 0; i < least.Length; i++)
            {
                least[i] = Math.Min(least[i], Mix(triple + ((ulong)(i + 1) * 0x9E3779B97F4A7C15)));
            }
        }

        var bands = new uint[BandCount];
        for (var i = 0; i < bands.Length; i++)
        {
            var hash = (ulong)i;
            foreach (var value in least.Slice(i * RowsPerBand, RowsPerBand))
            {
                hash = Mix(hash ^ value);
            }

            bands[i] = (uint)hash;
        }

        return new Likeness(bands);
    }

    /// <summary>The hashes of all overlapping triples of words.</summary>
    public static IEnumerable<ulong> Triples(IReadOnlyList<string> words)
    {
        for (var i = 0; i + 2 < words.Count; i++)
        {
            yield return Mix(Mix(Hash(words[i]) + 1) + Mix(Hash(words[i + 1]) + 2) + Hash(words[i + 2]));
        }
    }

    public void Write(Span<byte> bytes)
    {
        for (var i = 0; i < BandCount; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(i * sizeof(uint))..], Bands[i]);
        }
    }

    public static Likeness Read(ReadOnlySpan<byte> bytes)
    {
        var bands = new uint[BandCount];
        for (var i = 0; i < BandCount; i++)
        {
            bands[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i * sizeof(uint))..]);
        }

        return new Likeness(bands);
    }

    // FNV-1a; the same in every process, unlike string.GetHashCode.
    private static ulong Hash(string word)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in word)
        {
            hash = (hash ^ character) * 1099511628211;
        }

        return hash;
    }

    // The final mix of MurmurHash3.
    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return hash ^ (hash >> 33);
    }
}
