namespace KernelHost.Loading;

/// <summary>The host's side of a retriever: it lets go of the plugin when that is unloaded, and lets no type of the plugin out.</summary>
internal sealed class PluginRetriever(string name, Retriever retriever, PluginBoundary boundary) : Retriever
{
    private Retriever? _retriever = retriever;

    public void Release() => _retriever = null;

    public override async Task<IReadOnlyList<Passage>> RetrieveAsync(RetrievalQuery query, CancellationToken cancellationToken)
    {
        var target = boundary.Enter(name, _retriever);
        try
        {
            using (boundary.ContextualReflection())
            {
                // A copy: the list itself may be of a type that the plugin's compiler made.
                return [.. await target.RetrieveAsync(query, cancellationToken)];
            }
        }
        catch (Exception exception)
        {
            throw boundary.Translate(exception, name, cancellationToken);
        }
        finally
        {
            boundary.Exit();
        }
    }
}
