using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.AI;

namespace KernelHost.Memory.Embeddings;

/// <summary>
/// Keeps the vectors that a model was paid for, by model and SHA-256 of the text, in one SQLite file: what was made before a crash is not paid for twice,
/// whatever store the records are in. It is a cache: a file that cannot be used costs money, and fails nothing.
/// </summary>
/// <remarks>Safe for concurrent calls, and for several processes on one file. It owns the generator.</remarks>
public sealed class EmbeddingCache : DelegatingEmbeddingGenerator<string, Embedding<float>>
{
    internal const string CachedProperty = "kernelhost.cached";

    private readonly EmbeddingCacheFile _file;
    private readonly string _model;
    private readonly int? _dimensions;

    /// <summary>Names the file; touches nothing yet.</summary>
    /// <param name="generator">Makes the vectors that are missing.</param>
    /// <param name="path">The file. Its directory is created when it is missing.</param>
    /// <param name="model">Identifies the vectors, as <see cref="MemoryEmbedding.Id"/> does.</param>
    /// <param name="dimensions">The length of the vectors, if it is known: others are forgotten.</param>
    /// <param name="maxBytes">How large the file may grow before the vectors that were not used for longest are forgotten; 512 MiB when <see langword="null"/>.</param>
    /// <param name="timeProvider">The clock; the system's when <see langword="null"/>.</param>
    public EmbeddingCache(
        IEmbeddingGenerator<string, Embedding<float>> generator, string path, string model, int? dimensions = null, long? maxBytes = null, TimeProvider? timeProvider = null)
        : base(generator)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        _file = new EmbeddingCacheFile(Path.GetFullPath(path), maxBytes ?? 512L * 1024 * 1024, timeProvider ?? TimeProvider.System);
        _model = model;
        _dimensions = dimensions;
    }

    /// <inheritdoc/>
    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var texts = values.ToList();
        if (options is not null)
        {
            // Another model or length may be asked for; that is not what is kept here.
            return await base.GenerateAsync(texts, options, cancellationToken);
        }

        var hashes = texts.ConvertAll(static text => SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        var known = _file.Find(_model, hashes, _dimensions);
        var missing = Enumerable.Range(0, texts.Count).Where(i => known[i] is null).ToList();
        if (missing.Count > 0)
        {
            var made = await base.GenerateAsync(missing.Select(i => texts[i]).ToList(), options: null, cancellationToken);
            if (made.Count != missing.Count)
            {
                // The caller says what is wrong with it.
                return made;
            }

            _file.Add(_model, [.. missing.Select((i, n) => (hashes[i], made[n].Vector))]);
            if (missing.Count < texts.Count && known.First(static vector => vector is not null)!.Length != made[0].Vector.Length)
            {
                // What was kept was made under another setting of the model, and Add has forgotten it.
                return await GenerateAsync(texts, options: null, cancellationToken);
            }

            for (var n = 0; n < missing.Count; n++)
            {
                known[missing[n]] = made[n].Vector.ToArray();
            }
        }

        return new GeneratedEmbeddings<Embedding<float>>(known.Select(static vector => new Embedding<float>(vector)))
        {
            AdditionalProperties = new AdditionalPropertiesDictionary { [CachedProperty] = texts.Count - missing.Count },
        };
    }

    /// <summary>Forgets the vectors of texts.</summary>
    /// <returns>How many there were, of any model.</returns>
    /// <exception cref="MemoryException">The file cannot be written.</exception>
    public int Forget(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        try
        {
            return _file.Forget([.. texts.Select(static text => SHA256.HashData(Encoding.UTF8.GetBytes(text)))]);
        }
        catch (SqliteException exception)
        {
            throw new MemoryException($"The cache of embeddings '{_file.Path}' cannot be written: {exception.Message} Make it writable, or delete it: it is built anew.", _file.Path, exception);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }
}
