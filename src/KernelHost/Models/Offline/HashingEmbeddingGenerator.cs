using System.Numerics.Tensors;
using System.Text;
using Microsoft.Extensions.AI;

namespace KernelHost.Models.Offline;

/// <summary>
/// Embeddings without a model: character n-grams hashed into 1,024 dimensions. They are <b>lexical</b>: texts are near when they are
/// spelt alike, typing errors included; that two different words mean the same they cannot tell.
/// </summary>
/// <remarks>
/// Stateless and safe for concurrent use. The same text gives the same vector in every process and on every machine, so vectors may
/// be stored; a store keeps <see cref="ModelId"/> beside them and never mixes them with those of another model.
/// </remarks>
public sealed class HashingEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>Names the method and its version: it changes whenever the vectors would.</summary>
    public const string ModelId = "kh-hash-char-v1";

    /// <summary>The length of a vector.</summary>
    public const int Dimensions = 1024;

    private const int ShortestGram = 3;
    private const int LongestGram = 5;

    private static readonly EmbeddingGeneratorMetadata Metadata = new("kernelhost", providerUri: null, ModelId, Dimensions);

    /// <summary>One vector of unit length for each text; a vector of zeros for a text without letters and digits.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="values"/> or one of them is null.</exception>
    /// <exception cref="NotSupportedException">The options ask for another number of dimensions or another model.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options is { Dimensions: { } dimensions } && dimensions != Dimensions)
        {
            throw new NotSupportedException($"The offline embeddings have {Dimensions} dimensions, not '{dimensions}'. Leave the number of dimensions out, or configure another embedding model.");
        }

        if (options is { ModelId: { } model } && model != ModelId)
        {
            throw new NotSupportedException($"The offline embeddings are '{ModelId}', not '{model}'. Leave the model out, or configure the provider that has it.");
        }

        var embeddings = new GeneratedEmbeddings<Embedding<float>>();
        long characters = 0;
        foreach (var value in values)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return Task.FromCanceled<GeneratedEmbeddings<Embedding<float>>>(cancellationToken);
            }

            ArgumentNullException.ThrowIfNull(value, nameof(values));
            characters += value.Length;
            embeddings.Add(new Embedding<float>(Embed(value)) { ModelId = ModelId });
        }

        embeddings.Usage = new UsageDetails { InputTokenCount = (characters + 3) / 4, TotalTokenCount = (characters + 3) / 4 };
        return Task.FromResult(embeddings);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? Metadata
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Nothing to release.</summary>
    public void Dispose()
    {
    }

    private static float[] Embed(string text)
    {
        var vector = new float[Dimensions];
        var letters = Normalise(text);

        // A text without words is two blanks at most.
        if (letters.AsSpan().Trim(' ').IsEmpty)
        {
            return vector;
        }

        for (var start = 0; start < letters.Length; start++)
        {
            var hash = 2166136261u;
            for (var length = 1; length <= LongestGram && start + length <= letters.Length; length++)
            {
                hash = Add(hash, letters[start + length - 1]);
                if (length >= ShortestGram)
                {
                    // One bit of the mixed hash gives the sign, so that collisions cancel out instead of adding up.
                    var mixed = Mix(hash ^ (uint)length);
                    vector[mixed % Dimensions] += (mixed & 0x8000_0000) == 0 ? 1 : -1;
                }
            }
        }

        // A gram that occurs often says little more than one that occurs twice.
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = MathF.CopySign(MathF.Sqrt(MathF.Abs(vector[i])), vector[i]);
        }

        // Collisions may cancel out all of a very short text.
        var norm = TensorPrimitives.Norm<float>(vector);
        if (norm > 0)
        {
            TensorPrimitives.Divide(vector, norm, vector);
        }

        return vector;
    }

    // Compatibility forms and case are folded, marks are dropped, whatever is no letter or digit separates words by one blank.
    private static string Normalise(string text)
    {
        var folded = new StringBuilder(text.Length + 2).Append(' ');
        foreach (var rune in Decomposed(text).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                folded.Append(Rune.ToLowerInvariant(rune).ToString());
            }
            else if (Rune.GetUnicodeCategory(rune) is not (System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.Format)
                && folded[^1] != ' ')
            {
                folded.Append(' ');
            }
        }

        return folded[^1] == ' ' ? folded.ToString() : folded.Append(' ').ToString();
    }

    private static string Decomposed(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormKD);
        }
        catch (ArgumentException)
        {
            // Lone surrogates cannot be normalised; the runes of the text replace them one by one.
            return text;
        }
    }

    // FNV-1a over the two bytes of a character, low byte first on every architecture.
    private static uint Add(uint hash, char character)
    {
        hash = (hash ^ (byte)character) * 16777619;
        return (hash ^ (byte)(character >> 8)) * 16777619;
    }

    // The finaliser of MurmurHash3 spreads FNV's weak low bits.
    private static uint Mix(uint hash)
    {
        hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
        return hash ^ (hash >> 16);
    }
}
