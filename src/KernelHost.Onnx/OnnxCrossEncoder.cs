using KernelHost.Memory.Retrieval;
using KernelHost.Models;

namespace KernelHost.Onnx;

/// <summary>
/// Judges passages by a cross-encoder from a path: no network, no key. The passages are data to it, and a score is all that it says of them. Thread-safe.
/// </summary>
public sealed class OnnxCrossEncoder : Reranker, IDisposable
{
    // [CLS] query [SEP] passage [SEP]
    private const int SpecialTokens = 3;

    private readonly CrossEncoderOptions _options;
    private readonly OnnxTransformer _transformer;

    /// <summary>Loads the model.</summary>
    /// <param name="options">Where it is.</param>
    /// <exception cref="ModelException">A file is missing or is not what it should be.</exception>
    public OnnxCrossEncoder(CrossEncoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxTokens, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        _options = options;
        _transformer = OnnxTransformer.Load(
            new OnnxModelOptions { Model = options.Model, Vocabulary = options.Vocabulary, MaxTokens = options.MaxTokens, IsCased = options.IsCased },
            "KernelHost:Retrieval:CrossEncoder");
        if (_transformer.OutputLength is > 2 and var length)
        {
            _transformer.Dispose();
            throw WrongKind($"{length} numbers a text");
        }
    }

    /// <summary>The model by its content, for example <c>cross-encoder 'onnx/ms-marco@0123456789ab'</c>.</summary>
    public override string Name => $"cross-encoder '{_transformer.Id}'";

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<double>> ScoreAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(passages);
        try
        {
            // The model computes for milliseconds to seconds: not on the caller's thread.
            return await Task.Run(() => Score(query, passages, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (ModelException exception)
        {
            throw new RerankException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _transformer.Dispose();

    private double[] Score(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        // A query of any ordinary length is read whole, and the passage gets what it leaves.
        var asked = _transformer.Encode(query, (_options.MaxTokens - SpecialTokens) / 2);
        var pairs = passages.Select(passage => Pair(asked, passage)).ToList();
        var scores = new double[pairs.Count];
        // Those of like length together: a batch is filled up to its longest, and that costs as much as text.
        foreach (var batch in Enumerable.Range(0, pairs.Count).OrderBy(i => pairs[i].Ids.Length).Chunk(_options.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = Read([.. batch.Select(i => pairs[i])]);
            for (var i = 0; i < batch.Length; i++)
            {
                scores[batch[i]] = read[i];
            }
        }

        return scores;
    }

    private (int[] Ids, int[] Segments) Pair(int[] query, Passage passage)
    {
        // As it was embedded: a passage taken out of its context needs its headings to be understood.
        var text = string.Join('\n', new[] { passage.Title, passage.Section, passage.Text }.Where(static part => !string.IsNullOrEmpty(part)));
        var tokens = _transformer.Encode(text, _options.MaxTokens - SpecialTokens - query.Length);
        var tokenizer = _transformer.Tokenizer;
        return ([.. tokenizer.BuildInputsWithSpecialTokens(query, tokens)], [.. tokenizer.CreateTokenTypeIdsFromSequences(query, tokens)]);
    }

    private double[] Read(List<(int[] Ids, int[] Segments)> pairs)
    {
        var (values, shape) = _transformer.Run(pairs);
        return (shape.Length, values.Length) switch
        {
            _ when shape[0] != pairs.Count => throw WrongKind($"a tensor of shape [{string.Join(", ", shape)}] for {pairs.Count} texts"),
            (1 or 2, var count) when count == pairs.Count => [.. values.Select(static value => (double)value)],
            // Of "does not fit" and "fits"; the difference orders as the probability of the second does, and does not round off near 0 and 1.
            (2, var count) when count == 2 * pairs.Count => [.. values.Chunk(2).Select(static pair => (double)pair[1] - pair[0])],
            _ => throw WrongKind($"a tensor of shape [{string.Join(", ", shape)}] for {pairs.Count} texts"),
        };
    }

    private ModelException WrongKind(string what) => _transformer.Refusal(
        $"gives {what}. A cross-encoder gives one score a text, or two: does not fit, fits. Set KernelHost:Retrieval:CrossEncoder:Model to such a model; one of embeddings goes to KernelHost:Embeddings.");
}
