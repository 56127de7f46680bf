using System.Text;
using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Memory;
using KernelHost.Models;
using KernelHost.Policy;
using KernelHost.Prompts;
using KernelHost.Runs;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Grounding;
using KernelHost.Runs.Routing;
using KernelHost.Text;

namespace KernelHost.Hosting;

/// <summary>Binds agents to what the catalog, the configuration and the memory really hold.</summary>
internal sealed class CatalogAgentBinder(AgentHost host) : AgentBinder
{
    private readonly ToolSlots? _slots = host.Options.MaxConcurrentCalls.Count > 0 ? new ToolSlots(host.Options.MaxConcurrentCalls) : null;

    // Made once: a policy decides on the very tools it was bound to.
    private readonly Lazy<IReadOnlyList<Tool>> _agentTools = new(() => [.. host.Agents.Entries.Select(entry => entry.Definition).OfType<AgentDefinition>().SelectMany(AgentTool.For)]);

    private readonly Lazy<IReadOnlyList<Tool>> _memoryTools = new(() => new MemoryTools(host).Create());

    private readonly Lazy<Tool> _resultReader = new(() => ResultReader.Create(() => host.Journal, host.Options.ToolLimits.ResultBytes));

    public override async ValueTask<BoundAgent> BindAsync(string agent, CancellationToken cancellationToken)
    {
        var definition = host.Agents.Find(agent);
        var errors = await CheckAsync(definition, cancellationToken);
        if (errors.Count > 0)
        {
            throw new AgentException(agent, errors);
        }

        var catalog = await host.GetCatalogAsync(cancellationToken);
        var all = await AllToolsAsync(cancellationToken);
        var model = host.Models.Get(definition.Model);
        return new BoundAgent(definition.Name, model.Client, catalog.Kernel, [.. all.Where(tool => Uses(definition, catalog, tool))], await BindPolicyAsync(definition, cancellationToken))
        {
            Provider = model.Provider,
            ModelId = model.ModelId,
            Price = model.Price,
            MaxOutputTokens = model.MaxOutputTokens,
            CheaperModel = definition.Limits.CheaperModel is { } cheaper ? host.Models.Get(cheaper) : null,
            ModelName = model.Name,
            ContextTokens = model.ContextTokens,
            CompactAtPercent = model.CompactAtPercent,
            Fallbacks = [.. definition.Fallback.Select(fallback => new BoundFallback(Bind(fallback.Model), fallback.On.Select(ModelFailureReasons.Parse).ToHashSet()))],
            Extraction = definition.ExtractionModel is { } extraction ? Bind(extraction) : null,
            Summaries = definition.SummaryModel is { } summaries ? Bind(summaries) : null,
            Grounding = definition.Grounding ?? new GroundingRules(),
            Limits = definition.Limits,
            ToolLimits = host.Options.ToolLimits,
            ResultReader = _resultReader.Value,
            Slots = _slots,
            MaximumDepth = host.Options.AgentDepth,
            Approvals = host.Options.Approvals,
            Instructions = await InstructionsAsync(definition, catalog, cancellationToken),
        };
    }

    private BoundModel Bind(string name)
    {
        var model = host.Models.Get(name);
        return new BoundModel(model.Name, model.Client) { Provider = model.Provider, ModelId = model.ModelId, ContextTokens = model.ContextTokens, CompactAtPercent = model.CompactAtPercent, Price = model.Price, MaxOutputTokens = model.MaxOutputTokens };
    }

    /// <summary>Every name in the definition that means nothing here.</summary>
    public async ValueTask<IReadOnlyList<SourceError>> CheckAsync(AgentDefinition agent, CancellationToken cancellationToken)
    {
        var catalog = await host.GetCatalogAsync(cancellationToken);
        var errors = AgentCheck.Validate(
            agent,
            catalog.Tools,
            [.. catalog.Retrievers.Select(retriever => retriever.QualifiedName)],
            [.. catalog.Prompts.Select(prompt => prompt.QualifiedName)],
            [.. host.Models.Models.Select(model => model.Name)],
            AgentNames());
        errors = [.. errors, .. AgentLimitsCheck.Validate(agent, host.Models.Models, [.. (await AllToolsAsync(cancellationToken)).Select(tool => tool.QualifiedName)], host.Options.Currency)];
        return errors.Count == 0 ? errors : [.. errors, .. FailedPlugins(agent, catalog)];
    }

    /// <summary>The policy of an agent, bound to everything the host has: its own, else the host's, else the default.</summary>
    /// <exception cref="PolicyException">The file is not a policy, or names something that does not exist.</exception>
    public async ValueTask<BoundPolicy> BindPolicyAsync(AgentDefinition agent, CancellationToken cancellationToken)
    {
        var document = (agent.Policy ?? host.Options.Policy) is { } path ? PolicyDocument.Load(path) : PolicyDocument.Default;
        return document.Bind(await AllToolsAsync(cancellationToken), AgentNames(), host.Options.Approvals.Approvers);
    }

    /// <summary>All tools a policy may speak of: a policy names what the host has, not only what one agent uses.</summary>
    public async ValueTask<IReadOnlyList<Tool>> AllToolsAsync(CancellationToken cancellationToken)
    {
        var catalog = await host.GetCatalogAsync(cancellationToken);
        return [.. catalog.Tools, .. (await host.GetRetrieversAsync(cancellationToken)).Tools, .. _agentTools.Value, .. _memoryTools.Value, _resultReader.Value];
    }

    private string[] AgentNames() => [.. host.Agents.Entries.Select(entry => entry.Name)];

    // An agent that misses a plugin's tools is told why the plugin has none: it is there and does not load.
    private static IEnumerable<SourceError> FailedPlugins(AgentDefinition agent, PluginCatalog catalog) => catalog.Plugins
        .Where(plugin => plugin.Error is not null && agent.Tools.Concat(agent.Retrievers).Concat(agent.Prompts).Any(name => name.StartsWith(plugin.Id + "/", StringComparison.Ordinal)))
        .Select(plugin => new SourceError(plugin.Directory, 0, 0, plugin.Error!.Message));

    private static bool Uses(AgentDefinition agent, PluginCatalog catalog, Tool tool) =>
        MemoryTools.Are(tool) ? agent.Memory.Count > 0
        : tool.PluginId == CollectionNames.PluginId ? agent.Collections.Contains(tool.Name)
        : tool.PluginId != ResultReader.PluginId && (tool.Agent is { } link ? (link.HandsOver ? agent.HandOver : agent.Agents).Contains(link.Name)
        : catalog.Retrievers.Any(retriever => retriever.ModelName == tool.ModelName) ? agent.UsesRetriever(tool.QualifiedName) : agent.UsesTool(tool.QualifiedName));

    private static async ValueTask<string> InstructionsAsync(AgentDefinition agent, PluginCatalog catalog, CancellationToken cancellationToken)
    {
        var text = new StringBuilder(agent.Instructions.Trim());
        foreach (var name in agent.Prompts)
        {
            var prompt = catalog.Prompts.First(prompt => prompt.QualifiedName == name);
            try
            {
                text.Append("\n\n").Append((await PromptRenderer.RenderAsync(prompt.Template, agent.Variables, cancellationToken)).Trim());
            }
            catch (PromptException exception)
            {
                throw new AgentException(agent.Name, [new SourceError(agent.SourcePath, 0, 0, $"The prompt '{name}' cannot be used: {exception.Message}")]);
            }
        }

        if (agent.Grounding is { Citations: not CitationUse.Off } rules)
        {
            text.Append("\n\n").Append(GroundingText.Instructions(rules));
        }

        return text.ToString();
    }
}
