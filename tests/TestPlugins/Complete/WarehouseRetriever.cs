using KernelHost;

namespace TestPlugins.Complete;

public sealed class WarehouseRetriever(Warehouse warehouse) : Retriever
{
    private DocumentMemory? _kept;

    public override async Task<IReadOnlyList<Passage>> RetrieveAsync(RetrievalQuery query, CancellationToken cancellationToken) => query.Text.Split(' ', 3) switch
    {
        ["fail"] => throw new WarehouseException("the password is 'secret'"),
        ["who"] => [new Passage("who.md", $"{query.Principal}, {query.Tenant}, {string.Join(' ', query.Groups)}")],
        ["labels"] => [new Passage("all.md", "all") { Integrity = Integrity.Trusted }, new Passage("staff.md", "staff") { Readers = ["staff"] }],
        ["much"] => [.. Enumerable.Range(0, 50).Select(i => new Passage($"{i}.md", new string('é', 20_000)))],
        ["in", var collection, var text] => await query.Memory.SearchAsync(new DocumentQuery(collection, text), cancellationToken),
        ["keep"] => Keep(query.Memory),
        ["kept", var collection, var text] => await _kept!.SearchAsync(new DocumentQuery(collection, text), cancellationToken),
        // A collection expression: the list is of a type that the compiler puts into this assembly.
        _ => [new Passage("manual.md", $"{query.Text} {warehouse.Find("x").Stock}"), new Passage("other.md", "x")],
    };

    private IReadOnlyList<Passage> Keep(DocumentMemory memory)
    {
        _kept = memory;
        return [];
    }
}
