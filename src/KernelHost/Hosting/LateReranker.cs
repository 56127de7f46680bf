using KernelHost.Memory.Retrieval;
using KernelHost.Models;

namespace KernelHost.Hosting;

/// <summary>A reranker that is loaded when there is something to judge. When it cannot be, a search goes on in the order it had, as when it fails.</summary>
internal sealed class LateReranker(Func<Reranker> load) : Reranker
{
    public override string Name => "the cross-encoder";

    public override async Task<IReadOnlyList<double>> ScoreAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        Reranker reranker;
        try
        {
            reranker = await Task.Run(load, cancellationToken);
        }
        catch (Exception exception) when (exception is ModelException or ConfigurationException)
        {
            throw new RerankException(exception.Message, exception);
        }

        return await reranker.ScoreAsync(query, passages, cancellationToken);
    }
}
