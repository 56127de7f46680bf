using System.Runtime.CompilerServices;
using KernelHost.Memory.Records;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;
using Microsoft.Extensions.VectorData.ProviderServices;

namespace KernelHost.Memory.VectorData;

public sealed partial class RecordVectorCollection<TKey, TRecord>
{
    /// <inheritdoc/>
    public override async IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(
        TInput searchValue, int top, VectorSearchOptions<TRecord>? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(searchValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        options ??= new VectorSearchOptions<TRecord>();
        var includeVectors = IncludesVectors(options.IncludeVectors);
        var property = _model.Model.GetVectorPropertyOrSingle(options);
        var score = VectorScore.Of(property.DistanceFunction, property.ModelName);
        var search = new RecordSearch
        {
            Vectors =
            [
                new VectorLeg(property.StorageName, await VectorOfAsync(searchValue, property, cancellationToken))
                {
                    Threshold = options.ScoreThreshold is { } threshold ? (float)score.ToStore(threshold) : null,
                },
            ],
            Filter = options.Filter is { } filter ? RecordFilterTranslator.Translate(filter, _model) : RecordFilter.All,
            Skip = options.Skip,
            Top = top,
            IncludeVectors = includeVectors,
        };
        foreach (var hit in await _failures.RunAsync("Search", () => _collection.SearchAsync(search, cancellationToken)))
        {
            yield return new VectorSearchResult<TRecord>(_mapper.Load(hit.Record, includeVectors), score.FromStore(hit.Score));
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The words are ranked by BM25 and the vectors by their distance, and both are fused by reciprocal ranks: the score is the fused one, higher is better.
    /// </remarks>
    public async IAsyncEnumerable<VectorSearchResult<TRecord>> HybridSearchAsync<TInput>(
        TInput searchValue,
        ICollection<string> keywords,
        int top,
        HybridSearchOptions<TRecord>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TInput : notnull
    {
        ArgumentNullException.ThrowIfNull(searchValue);
        ArgumentNullException.ThrowIfNull(keywords);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        options ??= new HybridSearchOptions<TRecord>();
        var includeVectors = IncludesVectors(options.IncludeVectors);
        var property = _model.Model.GetVectorPropertyOrSingle<TRecord>(new VectorSearchOptions<TRecord> { VectorProperty = options.VectorProperty });
        var text = _model.Model.GetFullTextDataPropertyOrSingle(options.AdditionalProperty);
        var search = new RecordSearch
        {
            Keywords = new KeywordLeg(string.Join(' ', keywords)) { Group = _model.Schema.Fields.Single(field => field.Name == text.StorageName).SearchGroup },
            Vectors = [new VectorLeg(property.StorageName, await VectorOfAsync(searchValue, property, cancellationToken))],
            Filter = options.Filter is { } filter ? RecordFilterTranslator.Translate(filter, _model) : RecordFilter.All,
            Skip = options.Skip,
            Top = top,
            IncludeVectors = includeVectors,
        };
        foreach (var hit in await _failures.RunAsync("HybridSearch", () => _collection.SearchAsync(search, cancellationToken)))
        {
            // The fused score is known only when all legs are: what is below the threshold stands at the end.
            if (options.ScoreThreshold is { } threshold && hit.Score < threshold)
            {
                yield break;
            }

            yield return new VectorSearchResult<TRecord>(_mapper.Load(hit.Record, includeVectors), hit.Score);
        }
    }

    private static async Task<ReadOnlyMemory<float>> VectorOfAsync<TInput>(TInput value, VectorPropertyModel property, CancellationToken cancellationToken)
        where TInput : notnull =>
        RecordMapper<TRecord>.VectorOf(value)
        ?? (property.EmbeddingGenerationDispatcher is not null
            ? ((Embedding<float>)await property.GenerateEmbeddingAsync(value, cancellationToken)).Vector
            : property.EmbeddingGenerator is null
                ? throw new NotSupportedException(VectorDataStrings.InvalidSearchInputAndNoEmbeddingGeneratorWasConfigured(value.GetType(), RecordModelBuilder.VectorTypes))
                : throw new InvalidOperationException(VectorDataStrings.IncompatibleEmbeddingGeneratorWasConfiguredForInputType(typeof(TInput), property.EmbeddingGenerator.GetType())));
}
