using System.Numerics;
using System.Numerics.Tensors;

namespace KernelHost.Memory.Sqlite.Cache;

/// <summary>A set of rows, one bit each. All sets of one view have the same length.</summary>
internal sealed class Bits
{
    private readonly ulong[] _words;
    private int _count = -1;

    private Bits(ulong[] words, int length)
    {
        _words = words;
        Length = length;
    }

    public int Length { get; }

    /// <summary>The bits, 64 a word; those past the end are 0.</summary>
    public ReadOnlySpan<ulong> Words => _words;

    public bool this[int row] => (_words[row >> 6] & (1UL << row)) != 0;

    public static Bits None(int length) => new(new ulong[(length + 63) / 64], length);

    public static Bits All(int length)
    {
        var words = new ulong[(length + 63) / 64];
        words.AsSpan().Fill(ulong.MaxValue);
        return new Bits(words, length).Trim();
    }

    /// <summary>Takes over words that nobody else changes.</summary>
    public static Bits Of(ulong[] words, int length) => new Bits(words, length).Trim();

    public Bits And(Bits other)
    {
        var words = new ulong[_words.Length];
        TensorPrimitives.BitwiseAnd<ulong>(_words, other._words, words);
        return new Bits(words, Length);
    }

    public Bits Or(Bits other)
    {
        var words = new ulong[_words.Length];
        TensorPrimitives.BitwiseOr<ulong>(_words, other._words, words);
        return new Bits(words, Length);
    }

    public Bits Not()
    {
        var words = new ulong[_words.Length];
        TensorPrimitives.OnesComplement<ulong>(_words, words);
        return new Bits(words, Length).Trim();
    }

    /// <summary>This set in a longer view, without some rows.</summary>
    public Bits Resize(int length, bool grown, IEnumerable<int> without)
    {
        var words = new ulong[(length + 63) / 64];
        _words.CopyTo(words, 0);
        for (var row = Length; grown && row < length; row++)
        {
            words[row >> 6] |= 1UL << row;
        }

        foreach (var row in without)
        {
            words[row >> 6] &= ~(1UL << row);
        }

        return new Bits(words, length);
    }

    public int Count()
    {
        if (_count < 0)
        {
            var count = 0;
            foreach (var word in _words)
            {
                count += BitOperations.PopCount(word);
            }

            _count = count;
        }

        return _count;
    }

    public IEnumerable<int> Rows()
    {
        for (var i = 0; i < _words.Length; i++)
        {
            for (var word = _words[i]; word != 0; word &= word - 1)
            {
                yield return (i << 6) + BitOperations.TrailingZeroCount(word);
            }
        }
    }

    private Bits Trim()
    {
        if ((Length & 63) != 0)
        {
            _words[^1] &= (1UL << Length) - 1;
        }

        return this;
    }
}
