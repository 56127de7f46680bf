using System.Numerics.Tensors;
using KernelHost.Models;
using Microsoft.Extensions.AI;

namespace KernelHost.Onnx;

/// <summary>Embeddings by a model from a path: no network, no key. Vectors have length one. Thread-safe.</summary>
public sealed class OnnxEmbeddingGenerator : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly OnnxModelOptions _options;
    private readonly OnnxTransformer _transformer;
    private readonly EmbeddingGeneratorMetadata _metadata;

    /// <summary>Loads the model.</summary>
    /// <param name="options">Where it is.</param>
    /// <exception cref="ModelException">A file is missing or is not what it should be.</exception>
    public OnnxEmbeddingGenerator(OnnxModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxTokens, 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        _options = options;
        _transformer = OnnxTransformer.Load(options, ModelConfiguration.EmbeddingsKey);
        _metadata = new EmbeddingGeneratorMetadata("onnx", providerUri: null, ModelId, Dimensions);
    }

    /// <summary>Names model, vocabulary and settings by their content: vectors of different ids are not comparable.</summary>
    public string ModelId => _transformer.Id;

    /// <summary>The length of the vectors; <see langword="null"/> when only the first answer tells.</summary>
    public int? Dimensions => _transformer.OutputLength;

    /// <inheritdoc/>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        var result = new GeneratedEmbeddings<Embedding<float>>();
        var tokens = 0;
        foreach (var batch in values.Chunk(_options.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var sequences = batch.Select(Tokens).ToList();
            tokens += sequences.Sum(static sequence => sequence.Ids.Length);
            // The model computes for milliseconds to seconds: not on the caller's thread.
            foreach (var vector in await Task.Run(() => Embed(sequences), cancellationToken).ConfigureAwait(false))
            {
                result.Add(new Embedding<float>(vector) { ModelId = ModelId });
            }
        }

        result.Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens };
        return result;
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _transformer.Dispose();

    private (int[] Ids, int[] Segments) Tokens(string text)
    {
        var ids = _transformer.Encode(text, _options.MaxTokens, addSpecialTokens: true);
        return (ids, new int[ids.Length]);
    }

    private float[][] Embed(List<(int[] Ids, int[] Segments)> sequences)
    {
        var (values, shape) = _transformer.Run(sequences);
        var vectors = new float[sequences.Count][];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = shape switch
            {
                // One vector a text: the model has pooled by itself.
                [_, var width] => values.AsSpan(checked((int)(i * width)), (int)width).ToArray(),
                [_, var length, var width] => Pool(values.AsSpan(checked((int)(i * length * width)), (int)(length * width)), (int)width, sequences[i].Ids.Length),
                _ => throw _transformer.Refusal($"gives a tensor of {shape.Length} dimensions. An embedding model gives two (text, vector) or three (text, token, vector)."),
            };
            var norm = TensorPrimitives.Norm<float>(vectors[i]);
            if (norm > 0)
            {
                TensorPrimitives.Divide(vectors[i], norm, vectors[i]);
            }
        }

        return vectors;
    }

    // Over the text's own tokens: those it was filled up with say nothing.
    private float[] Pool(ReadOnlySpan<float> tokens, int width, int count)
    {
        var pooled = tokens[..width].ToArray();
        if (_options.Pooling == EmbeddingPooling.First)
        {
            return pooled;
        }

        for (var i = 1; i < count; i++)
        {
            TensorPrimitives.Add(pooled, tokens.Slice(i * width, width), pooled);
        }

        TensorPrimitives.Divide(pooled, count, pooled);
        return pooled;
    }
}
