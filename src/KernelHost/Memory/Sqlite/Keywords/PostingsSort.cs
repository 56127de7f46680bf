using System.Buffers;

namespace KernelHost.Memory.Sqlite.Keywords;

/// <summary>
/// Sorts postings by term, a byte at a time from the lowest: words are hashes, so that comparisons would be guesses. Stable, so that ordinals which ascend do so still.
/// </summary>
internal static class PostingsSort
{
    private const int Digits = sizeof(long);
    private const int Values = 256;

    public static void ByTerm(Span<Posting> postings)
    {
        if (postings.Length < 2)
        {
            return;
        }

        var counts = new int[Digits * Values];
        foreach (var posting in postings)
        {
            for (var digit = 0; digit < Digits; digit++)
            {
                counts[(digit * Values) + DigitOf(posting.Term, digit)]++;
            }
        }

        var rented = ArrayPool<Posting>.Shared.Rent(postings.Length);
        var from = postings;
        var to = rented.AsSpan(0, postings.Length);
        var turns = 0;
        for (var digit = 0; digit < Digits; digit++)
        {
            var places = counts.AsSpan(digit * Values, Values);

            // One tenant's words differ in their lower half only.
            if (places[DigitOf(from[0].Term, digit)] == postings.Length)
            {
                continue;
            }

            var place = 0;
            foreach (ref var count in places)
            {
                (count, place) = (place, place + count);
            }

            foreach (var posting in from)
            {
                to[places[DigitOf(posting.Term, digit)]++] = posting;
            }

            var other = from;
            from = to;
            to = other;
            turns++;
        }

        if (turns % 2 == 1)
        {
            from.CopyTo(postings);
        }

        ArrayPool<Posting>.Shared.Return(rented);
    }

    private static int DigitOf(long term, int digit) => (byte)(term >> (8 * digit));
}
