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
                // Copies: the lists themselves may be of types that the plugin's compiler made. What a plugin says of its text vouches for nothing.
                return [.. (await target.RetrieveAsync(query, cancellationToken)).Select(static passage => passage is null ? null! : passage with
                {
                    Integrity = Integrity.Untrusted,
                    Readers = [.. passage.Readers ?? []],
                })];
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
