using Microsoft.Extensions.AI;

namespace KernelHost.Models;

/// <summary>An embedding model ready for use.</summary>
/// <param name="ModelId">Provider and model, for example <c>openai/text-embedding-3-small</c>. Vectors of different ids are not comparable.</param>
/// <param name="Dimensions">The length of the vectors; <see langword="null"/> when only the first answer tells.</param>
/// <param name="IsLexical">Whether near vectors mean similar spelling rather than similar meaning.</param>
/// <param name="Generator">Throws <see cref="ModelException"/> where it has no answer. Thread-safe. Owned by the caller of
/// <see cref="EmbeddingModels.Create"/>: dispose it to close its connections.</param>
public sealed record EmbeddingModel(string ModelId, int? Dimensions, bool IsLexical, IEmbeddingGenerator<string, Embedding<float>> Generator);
