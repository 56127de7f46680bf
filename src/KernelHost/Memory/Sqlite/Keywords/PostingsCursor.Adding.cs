namespace KernelHost.Memory.Sqlite.Keywords;

internal sealed partial class PostingsCursor
{
    /// <summary>Adds the weights of the postings in a window to its sums, and passes over them.</summary>
    /// <param name="start">The window's first ordinal.</param>
    /// <param name="sums">A sum for each ordinal of the window.</param>
    /// <param name="touched">A bit for each ordinal that got a weight.</param>
    public void AddTo(int start, Span<double> sums, Span<ulong> touched)
    {
        for (Seek(start); TryTake(start, sums.Length, out var ordinals, out var weights);)
        {
            for (var i = 0; i < ordinals.Length; i++)
            {
                var slot = ordinals[i] - start;
                sums[slot] += Rarity * weights[i];
                touched[slot >> 6] |= 1UL << slot;
            }
        }
    }

    /// <summary>Lists the postings in a window that weigh enough by themselves, and passes over them.</summary>
    /// <param name="start">The window's first ordinal.</param>
    /// <param name="length">Its length.</param>
    /// <param name="least">What is enough.</param>
    /// <param name="slots">Takes the distances of the ordinals from the first one; has room for one more than there are.</param>
    /// <param name="sums">Takes the weights.</param>
    /// <returns>How many there are.</returns>
    public int List(int start, int length, double least, Span<int> slots, Span<double> sums)
    {
        var count = 0;
        for (Seek(start); TryTake(start, length, out var ordinals, out var weights);)
        {
            for (var i = 0; i < ordinals.Length; i++)
            {
                var sum = Rarity * weights[i];
                (slots[count], sums[count]) = (ordinals[i] - start, sum);
                count += sum >= least ? 1 : 0;
            }
        }

        return count;
    }

    /// <summary>Adds the weights of the postings at some ordinals of a window to their sums.</summary>
    /// <param name="start">The window's first ordinal.</param>
    /// <param name="slots">The distances of the ordinals from it, ascending.</param>
    /// <param name="sums">Their sums.</param>
    /// <param name="window">A weight for each ordinal of the window, all 0 before and after.</param>
    public void AddAt(int start, ReadOnlySpan<int> slots, Span<double> sums, Span<byte> window)
    {
        // Laying out a block and looking up is quicker than walking it beside the slots, whose turns no processor foresees.
        for (var i = 0; i < slots.Length;)
        {
            SeekBlock(start + slots[i]);
            if (IsAtEnd)
            {
                break;
            }

            var passed = _block.First - 1;
            if (passed < start + slots[i])
            {
                passed = _block.Last;
                LayOut(start, window);
            }

            while (i < slots.Length && start + slots[i] <= passed)
            {
                i++;
            }
        }

        for (var i = 0; i < slots.Length; i++)
        {
            sums[i] += Rarity * window[slots[i]];
        }

        window.Clear();
    }

    private void LayOut(int start, Span<byte> window)
    {
        Decode();
        var weights = _block.Weights(_lists[_list].Span);
        ReadOnlySpan<int> ordinals = _ordinals.AsSpan(0, weights.Length);
        var i = _index;
        for (; i < ordinals.Length && ordinals[i] - start is var slot && slot < window.Length; i++)
        {
            if (slot >= 0)
            {
                window[slot] = weights[i];
            }
        }

        _index = Math.Min(i, ordinals.Length - 1);
    }

    // The next postings of a window, those of one block.
    private bool TryTake(int start, int length, out ReadOnlySpan<int> ordinals, out ReadOnlySpan<byte> weights)
    {
        ordinals = default;
        weights = default;
        if (IsAtEnd || _block.First - start >= length)
        {
            return false;
        }

        Decode();
        Seek(start);
        var first = _index;
        weights = _block.Weights(_lists[_list].Span);
        ordinals = _ordinals.AsSpan(0, weights.Length);
        if (_block.Last - start < length)
        {
            // What was taken stays until the next block is decoded.
            MoveToNextBlock();
        }
        else
        {
            while (ordinals[_index] - start < length)
            {
                _index++;
            }

            ordinals = ordinals[.._index];
        }

        weights = weights[first..ordinals.Length];
        ordinals = ordinals[first..];
        return ordinals.Length > 0;
    }
}
