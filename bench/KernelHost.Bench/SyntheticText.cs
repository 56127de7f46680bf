using System.Text;

namespace KernelHost.Bench;

/// <summary>Chunks and questions of made-up words that are as common and as rare as words are (Zipf's law), the same in every run.</summary>
internal sealed class SyntheticText
{
    private const int Vocabulary = 100_000;
    private const int WordsInChunk = 90;

    // Asked for by nobody: what stop words are in English.
    private const int TooCommon = 60;

    private readonly Random _random = new(20261126);
    private readonly string[] _words = new string[Vocabulary];
    private readonly double[] _cumulative = new double[Vocabulary];

    public SyntheticText()
    {
        var total = 0d;
        for (var i = 0; i < Vocabulary; i++)
        {
            _words[i] = Spell(i);
            _cumulative[i] = total += 1 / (i + 2.7);
        }

        for (var i = 0; i < Vocabulary; i++)
        {
            _cumulative[i] /= total;
        }
    }

    public string Chunk()
    {
        var text = new StringBuilder();
        for (var i = 0; i < WordsInChunk; i++)
        {
            text.Append(_words[Draw()]).Append(i % 12 == 11 ? ". " : " ");
        }

        return text.ToString();
    }

    public string Question()
    {
        List<string> words = [];
        for (var left = _random.Next(2, 6); left > 0;)
        {
            if (Draw() is >= TooCommon and var word)
            {
                words.Add(_words[word]);
                left--;
            }
        }

        return string.Join(' ', words);
    }

    /// <summary>A vector of length one, near to one of two hundred centres.</summary>
    public float[] Vector(int dimensions)
    {
        var centre = new Random(_random.Next(200));
        var vector = new float[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            vector[i] = (float)(centre.NextDouble() - 0.5 + (0.8 * (_random.NextDouble() - 0.5)));
        }

        System.Numerics.Tensors.TensorPrimitives.Divide(vector, System.Numerics.Tensors.TensorPrimitives.Norm<float>(vector), vector);
        return vector;
    }

    private int Draw()
    {
        var found = Array.BinarySearch(_cumulative, _random.NextDouble());
        return Math.Min(Vocabulary - 1, found < 0 ? ~found : found);
    }

    // Syllables of a consonant, a vowel and another consonant that no stem takes off, common words short.
    private static string Spell(int word)
    {
        const string Consonants = "bkmnprtv";
        const string Vowels = "aiou";
        var text = new StringBuilder();
        do
        {
            text.Append(Consonants[word & 7]).Append(Vowels[(word >> 3) & 3]);
            word >>= 5;
        }
        while (word > 0);
        return text.Append('k').ToString();
    }
}
