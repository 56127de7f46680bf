using System.CommandLine;
using KernelHost.Cli.Invocation;
using KernelHost.Hosting;

namespace KernelHost.Cli.Commands;

/// <summary>What is searched, through whose eyes, and by which reranker: what <c>search</c> and <c>eval retrieval</c> have in common.</summary>
internal sealed class SearchTarget
{
    private readonly Option<string?> _as = new("--as") { Description = "Through the eyes of this principal. [default: KernelHost:Principal]", HelpName = "PRINCIPAL" };
    private readonly Option<string?> _tenant = new("--tenant") { Description = "As if the principal belonged to this tenant.", HelpName = "TENANT" };
    private readonly Option<string?> _rerank = new("--rerank") { Description = "Has a configured model put the best passages in order, or the cross-encoder: 'onnx'. 'none' leaves them as they are.", HelpName = "MODEL" };

    public void AddTo(Command command)
    {
        command.Options.Add(_as);
        command.Options.Add(_tenant);
        command.Options.Add(_rerank);
    }

    /// <summary>The request without its query.</summary>
    public async Task<SearchRequest> CreateAsync(CliContext context, string retrieverName)
    {
        var (retriever, settings) = await FindAsync(context, retrieverName);
        return new SearchRequest(retriever, "")
        {
            Options = settings.Search,
            Principal = Given(context, _as),
            Tenant = Given(context, _tenant),
            // The model of an agent is asked in its runs only; a cross-encoder judges for whoever searches.
            Reranker = Given(context, _rerank) is { } name ? RerankerChoice.Find(context, name) : settings.Rerank == RerankerKind.Onnx ? context.Host.CrossEncoder : null,
        };
    }

    private static async Task<(string Name, RetrieverSettings Settings)> FindAsync(CliContext context, string name)
    {
        var known = await context.Host.ListRetrieversAsync(context.CancellationToken);
        var exact = known.Where(retriever => retriever == name).ToList();
        var found = exact.Count > 0 ? exact : known.Where(retriever => retriever.EndsWith($"/{name}", StringComparison.Ordinal)).ToList();
        return found is [var only] ? (only, context.Host.Options.Retrieval.For(only)) : throw Unknown.Name("retriever or collection", name,
            known, [.. known.Select(static retriever => retriever[(retriever.LastIndexOf('/') + 1)..])]);
    }

    private static string? Given(CliContext context, Option<string?> option) =>
        context.Get(option) is not { } text ? null : !string.IsNullOrWhiteSpace(text) ? text : throw new UsageException($"{option.Name} is empty. Give it a value or leave it out.");
}
