using KernelHost;

namespace TestPlugins.Complete;

public sealed class WarehouseRetriever(Warehouse warehouse) : Retriever
{
    public override Task<IReadOnlyList<Passage>> RetrieveAsync(RetrievalQuery query, CancellationToken cancellationToken)
    {
        if (query.Text == "fail")
        {
            throw new WarehouseException("the password is 'secret'");
        }

        // A collection expression: the list is of a type that the compiler puts into this assembly.
        return Task.FromResult<IReadOnlyList<Passage>>([new Passage("manual.md", $"{query.Text} {warehouse.Find("x").Stock}"), new Passage("other.md", "x")]);
    }
}
