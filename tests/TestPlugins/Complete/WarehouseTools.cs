using System.ComponentModel;
using KernelHost;
using Microsoft.SemanticKernel;

namespace TestPlugins.Complete;

public sealed class WarehouseException(string message) : Exception(message);

public sealed class WarehouseTools(Warehouse warehouse)
{
    [KernelFunction, Effect(ToolEffect.Read, ResultIntegrity = Integrity.Typed)]
    [Description("Finds an article.")]
    public Task<Article> FindArticleAsync([Description("The article's id.")] string id) => Task.FromResult(warehouse.Find(id));

    [KernelFunction, Effect(ToolEffect.Read)]
    public string Greet() => warehouse.Greeting;

    [KernelFunction, Effect(ToolEffect.Keyed, Egress = true)]
    [Description("Reserves articles.")]
    public string Reserve(
        string id,
        [Role(ArgumentRole.Payload)] string note,
        Shelf shelf,
        ToolContext context,
        CancellationToken cancellationToken,
        decimal amount = 1.5m,
        [Role(ArgumentRole.Inert)] int? limit = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return FormattableString.Invariant($"{id} {note} {shelf} {amount} {(limit is null ? "none" : "some")} {context.IdempotencyKey}");
    }

    [KernelFunction("store")]
    public void StoreArticles(Article[] articles) => ArgumentOutOfRangeException.ThrowIfZero(articles.Length);

    [KernelFunction, Effect(ToolEffect.Read)]
    public async IAsyncEnumerable<int> CountDown(int from)
    {
        for (var i = from; i > 0; i--)
        {
            await Task.Yield();
            yield return i;
        }
    }

    [KernelFunction, Effect(ToolEffect.Read)]
    public ValueTask<int> AddAsync(int left, int right) => ValueTask.FromResult(left + right);

    [KernelFunction, Effect(ToolEffect.Read)]
    public string FindType(string name) => Type.GetType(name)?.Name ?? "not found";

    [KernelFunction, Effect(ToolEffect.Read)]
    public Task<string> Refuse() => throw new ToolException("The warehouse is closed. Try tomorrow.", new WarehouseException("secret cause"));

    [KernelFunction, Effect(ToolEffect.Read)]
    public Task Fail() => throw new WarehouseException("the password is 'secret'");

    [KernelFunction, Effect(ToolEffect.Read)]
    public async Task WaitAsync(CancellationToken cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken);

    [KernelFunction, Effect(ToolEffect.Read)]
    public Task TimeOut() => Task.FromException(new TaskCanceledException("The warehouse's own time-out."));
}
