namespace KernelHost.Memory.Retrieval;

/// <summary>
/// Judges passages against a query more closely than the legs can: a cross-encoder, or a model that reads both. Implementations are safe for concurrent
/// calls. The passages are untrusted text.
/// </summary>
public abstract class Reranker
{
    /// <summary>Names it in explanations, for example <c>model 'small'</c>. Holds no secret.</summary>
    public abstract string Name { get; }

    /// <summary>How well each passage answers the query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="passages">The passages, best first so far; at least one.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>One finite score per passage, in their order; higher is better.</returns>
    /// <exception cref="RerankException">It could not; the search goes on in the order it had, and says so.</exception>
    public abstract Task<IReadOnlyList<double>> ScoreAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken);
}

/// <summary>A reranker could not judge. The message is safe to show.</summary>
/// <param name="message">Why.</param>
/// <param name="innerException">The cause.</param>
public sealed class RerankException(string message, Exception? innerException = null) : Exception(message, innerException);
