using KernelHost.Agents;
using KernelHost.Catalog;
using KernelHost.Memory;
using KernelHost.Memory.Embeddings;
using KernelHost.Memory.Evaluation;
using KernelHost.Memory.Recall;
using KernelHost.Memory.Records;
using KernelHost.Memory.Retrieval;
using KernelHost.Memory.Sqlite;
using KernelHost.Models;
using KernelHost.Models.Offline;
using KernelHost.Policy;
using KernelHost.Policy.Budgets;
using KernelHost.Runs;
using KernelHost.Runs.Budgets;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Replay;
using KernelHost.Runs.Stops;
using KernelHost.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace KernelHost.Hosting;

/// <summary>
/// Everything of a host, wired. Each part is made when it is first asked for, so a command that lists runs loads no plugin. Safe for
/// concurrent use; it owns its parts.
/// </summary>
public sealed class AgentHost : IAsyncDisposable
{
    private readonly IConfiguration _configuration;
    private readonly ILoggerFactory _loggerFactory;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly Lazy<JournalStore> _journal;
    private readonly Lazy<AgentCatalog> _agents;
    private readonly Lazy<ModelCatalog> _models;
    private readonly Lazy<MemoryEmbedding> _embedding;
    private readonly Lazy<Reranker> _crossEncoder;
    private readonly Lazy<MemoryStore> _memory;
    private readonly Lazy<AgentMemory> _agentMemory;
    private readonly Lazy<RunEngine> _engine;
    private readonly Lazy<ApprovalDesk> _approvals;
    private readonly Lazy<RunControl> _control;
    private readonly SharedBudgets _budgets;
    private readonly Lazy<RunFeed> _feed;
    private readonly CatalogAgentBinder _binder;
    private PluginCatalog? _catalog;
    private HostedRetrievers? _retrievers;

    private AgentHost(KernelHostOptions options, IConfiguration configuration, ILoggerFactory loggerFactory, TimeProvider clock, HostParts parts)
    {
        Options = options;
        _configuration = configuration;
        _loggerFactory = loggerFactory;
        _clock = clock;
        _binder = new CatalogAgentBinder(this);
        _journal = new(() => SqliteJournal.Open(options.DataDirectory));
        _agents = new(() => AgentCatalog.Load(options.AgentDirectories));
        _models = new(() => new ModelCatalog(options.Models.Models, loggerFactory, clock, static () => new OfflineChatClient()));
        _embedding = new(() => Describe(EmbeddingModels.Create(options.Models.Embeddings, loggerFactory, clock, parts.OnnxEmbeddings)));
        _crossEncoder = new(() => LoadCrossEncoder(parts));
        _memory = new(() => new MemoryStore(OpenRecords(parts), _embedding.Value, clock));
        _agentMemory = new(() => new AgentMemory(Memory.Records, _embedding.Value));
        _budgets = new SharedBudgets(new BudgetRules(options.Budgets, options.Currency), () => Ledger.Open(options.DataDirectory));
        Stops = new StopList(options.DataDirectory, clock);
        _engine = new(() => new RunEngine(_binder, Journal, loggerFactory, clock) { Stops = Stops.Switch, Budgets = _budgets, GroupsOf = name => options.Principals.Find(name).Groups });
        _approvals = new(() => new ApprovalDesk(Journal, clock) { Settings = options.Approvals, Agents = _binder });
        _control = new(() => new RunControl(Journal, clock));
        _feed = new(() => new RunFeed(Journal, clock));
    }

    /// <summary>The configuration in force.</summary>
    public KernelHostOptions Options { get; }

    /// <summary>The journals of all sessions.</summary>
    /// <exception cref="JournalException">The file cannot be opened.</exception>
    public JournalStore Journal => _journal.Value;

    /// <summary>Where humans answer what runs ask.</summary>
    public ApprovalDesk Approvals => _approvals.Value;

    /// <summary>Where humans steer runs, whoever works on them.</summary>
    public RunControl Control => _control.Value;

    /// <summary>How the budgets stand that runs share.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="JournalException">The ledger cannot be read.</exception>
    public async ValueTask<IReadOnlyList<BudgetStatus>> ListBudgetsAsync(CancellationToken cancellationToken)
    {
        if (Options.Budgets.Count == 0)
        {
            return [];
        }

        await LedgerSweep.RunAsync(_budgets.Ledger, Journal, cancellationToken);
        return BudgetReport.Create(Options.Budgets, _budgets.Ledger.List(), _clock.GetUtcNow());
    }

    /// <summary>What operators have stopped.</summary>
    public StopList Stops { get; }

    /// <summary>Where others watch runs, whoever works on them.</summary>
    public RunFeed Feed => _feed.Value;

    /// <summary>Starts and resumes runs.</summary>
    public RunEngine Engine => _engine.Value;

    /// <summary>The agents that are defined.</summary>
    public AgentCatalog Agents => _agents.Value;

    /// <summary>The chat models that are configured.</summary>
    public ModelCatalog Models => _models.Value;

    /// <summary>What agents were told to remember.</summary>
    public AgentMemory AgentMemory => _agentMemory.Value;

    /// <summary>The cross-encoder of <c>KernelHost:Retrieval:CrossEncoder</c>; it is loaded when it is first asked for.</summary>
    /// <exception cref="ConfigurationException">None is configured, or this host cannot load one.</exception>
    /// <exception cref="ModelException">It cannot be loaded.</exception>
    public Reranker CrossEncoder => _crossEncoder.Value;

    internal TimeProvider Clock => _clock;

    /// <summary>What retrievers over documents search.</summary>
    public MemoryStore Memory => _memory.Value;

    /// <summary>Reads and checks the configuration. Opens, connects and loads nothing.</summary>
    /// <param name="configuration">The configuration, from its root.</param>
    /// <param name="baseDirectory">Where <c>plugins</c> and <c>agents</c> are looked for when the configuration names no directories.</param>
    /// <param name="loggerFactory">The log.</param>
    /// <param name="clock">The clock; the system's when <see langword="null"/>.</param>
    /// <param name="parts">What the program brings beside the engine; nothing when <see langword="null"/>.</param>
    /// <exception cref="ConfigurationException">The configuration cannot be used; it lists everything that is wrong.</exception>
    public static AgentHost Create(IConfiguration configuration, string baseDirectory, ILoggerFactory loggerFactory, TimeProvider? clock = null, HostParts? parts = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(loggerFactory);
        return new AgentHost(HostConfiguration.Read(configuration, baseDirectory), configuration, loggerFactory, clock ?? TimeProvider.System, parts ?? new HostParts());
    }

    /// <summary>All plugins; loads them on the first call. A plugin that cannot be loaded is an entry with its error.</summary>
    /// <param name="cancellationToken">Stops loading.</param>
    public async ValueTask<PluginCatalog> GetCatalogAsync(CancellationToken cancellationToken)
    {
        if (_catalog is { } catalog)
        {
            return catalog;
        }

        await _loading.WaitAsync(cancellationToken);
        try
        {
            return _catalog ??= await PluginCatalog.LoadAsync(
                new CatalogOptions
                {
                    PluginDirectories = Options.PluginDirectories,
                    DataDirectory = Options.DataDirectory,
                    PluginConfiguration = id => _configuration.GetSection($"KernelHost:Plugins:{id}"),
                },
                _loggerFactory,
                cancellationToken);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>The names of everything that can be searched: retrievers of plugins, and the collections that people filled, as <c>memory/NAME</c>.</summary>
    /// <param name="cancellationToken">Stops loading plugins and listing collections.</param>
    /// <exception cref="MemoryException">The memory cannot be read.</exception>
    public async ValueTask<IReadOnlyList<string>> ListRetrieversAsync(CancellationToken cancellationToken)
    {
        var names = (await GetRetrieversAsync(cancellationToken)).Names;
        var collections = (await Memory.ListNamesAsync(cancellationToken)).Where(CollectionNames.IsValid).Select(static name => $"{CollectionNames.PluginId}/{name}");
        return [.. names.Union(collections, StringComparer.Ordinal)];
    }

    /// <summary>Searches a retriever or a collection as a person, past no model.</summary>
    /// <param name="request">What, where, how, and through whose eyes.</param>
    /// <param name="progress">Receives the progress of ingestion, when documents have changed.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="ConfigurationException">There is no such retriever, or the principal is named like a group.</exception>
    /// <exception cref="MemoryException">The memory cannot be read or written.</exception>
    public async ValueTask<SearchAnswer> SearchAsync(SearchRequest request, IProgress<IngestProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var retriever = (await GetRetrieversAsync(cancellationToken)).Get(request.Retriever);
        await retriever.PrepareAsync(progress, cancellationToken);
        return await retriever.SearchAsync(new HostedSearch(request.Query, Principal(request), request.Options, request.Reranker), cancellationToken);
    }

    /// <summary>Asks a retriever or a collection the questions of an evaluation.</summary>
    /// <param name="request">Where, how, and through whose eyes; its query is not asked.</param>
    /// <param name="queries">The questions.</param>
    /// <param name="top">The k of recall and of the reciprocal rank.</param>
    /// <param name="progress">Receives the progress of ingestion, when documents have changed.</param>
    /// <param name="cancellationToken">Cancels the evaluation.</param>
    /// <exception cref="MemoryException">As <see cref="SearchAsync"/>.</exception>
    public async ValueTask<EvaluationReport> EvaluateAsync(
        SearchRequest request, IReadOnlyList<EvaluationQuery> queries, int top, IProgress<IngestProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var retriever = (await GetRetrieversAsync(cancellationToken)).Get(request.Retriever);
        await retriever.PrepareAsync(progress, cancellationToken);
        var principal = Principal(request);
        var evaluation = new RetrievalEvaluation(
            (search, token) => retriever.SearchAsync(new HostedSearch(search.Query, principal, search.Options, search.IsWhole ? request.Reranker : null), token), retriever.HasLegs);
        return (await evaluation.RunAsync(queries, request.Options, top, cancellationToken)) with { Reranker = request.Reranker?.Name };
    }

    /// <summary>Everything that keeps an agent from running here: unknown names, and what is wrong with its policy.</summary>
    /// <param name="agent">The definition.</param>
    /// <param name="cancellationToken">Stops loading plugins.</param>
    public async ValueTask<IReadOnlyList<SourceError>> CheckAgentAsync(AgentDefinition agent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var errors = await _binder.CheckAsync(agent, cancellationToken);
        if (errors.Count > 0)
        {
            return errors;
        }

        try
        {
            await _binder.BindPolicyAsync(agent, cancellationToken);
            return [];
        }
        catch (PolicyException exception)
        {
            return exception.Errors;
        }
    }

    /// <summary>Forgets memories, and a text if there is one, everywhere the host keeps them: memory, cached vectors and the journal. Then it searches for them.</summary>
    /// <param name="items">The memories.</param>
    /// <param name="text">A text that the journal holds, also when no memory does.</param>
    /// <param name="dryRun">Whether only to count.</param>
    /// <param name="cancellationToken">Stops between two steps; what is forgotten by then stays forgotten.</param>
    /// <exception cref="ArgumentException">The text is too short to be taken out of the journal without harm to other words.</exception>
    /// <exception cref="MemoryException">The memory cannot be read or written.</exception>
    /// <exception cref="JournalException">The journal cannot be read or written.</exception>
    public Task<ForgottenMemories> ForgetAsync(IReadOnlyList<MemoryItem> items, string? text, bool dryRun, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(items);
        return new Forgetting(this).RunAsync(items, text, dryRun, cancellationToken);
    }

    /// <summary>Executes a recorded run again, answered from the journal, and compares.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Stops loading plugins.</param>
    /// <exception cref="RunException">There is no such run.</exception>
    /// <exception cref="AgentException">The agent does not exist any more or is not valid.</exception>
    public Task<ReplayReport> ReplayAsync(string runId, CancellationToken cancellationToken) => new RunReplay(_binder, Journal).ReplayAsync(runId, cancellationToken);

    /// <summary>Decides recorded calls again under another policy, with the tools that are installed.</summary>
    /// <param name="policy">The policy to try.</param>
    /// <param name="filter">Which runs.</param>
    /// <param name="cancellationToken">Stops loading plugins and reading journals.</param>
    /// <exception cref="PolicyException">The policy does not fit the installed tools.</exception>
    public async Task<PolicyReplayReport> ReplayPolicyAsync(PolicyDocument policy, PolicyReplayFilter filter, CancellationToken cancellationToken) =>
        await new PolicyReplay(Journal).RunAsync(policy, await _binder.AllToolsAsync(cancellationToken), filter, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_catalog is not null)
        {
            await _catalog.DisposeAsync();
        }

        _budgets.Dispose();
        if (_memory.IsValueCreated)
        {
            await _memory.Value.DisposeAsync();
        }

        if (_crossEncoder is { IsValueCreated: true, Value: IDisposable crossEncoder })
        {
            crossEncoder.Dispose();
        }

        if (_embedding.IsValueCreated)
        {
            _embedding.Value.Generator.Dispose();
        }

        if (_models.IsValueCreated)
        {
            _models.Value.Dispose();
        }

        if (_journal.IsValueCreated)
        {
            await _journal.Value.DisposeAsync();
        }

        _loading.Dispose();
    }

    internal async ValueTask<HostedRetrievers> GetRetrieversAsync(CancellationToken cancellationToken)
    {
        var catalog = await GetCatalogAsync(cancellationToken);
        return _retrievers ??= new HostedRetrievers(
            catalog, Agents.Entries.SelectMany(static entry => entry.Definition?.Collections ?? []), () => Memory, () => CrossEncoder, Options, _loggerFactory.CreateLogger<HostedRetrievers>());
    }

    /// <summary>Forgets the vectors that were kept of texts.</summary>
    internal void ForgetVectors(IEnumerable<string> texts) => (_embedding.Value.Generator as EmbeddingCache)?.Forget(texts);

    private Principal Principal(SearchRequest request)
    {
        try
        {
            var principal = Options.Principals.Find(request.Principal ?? Options.Principal);
            return request.Tenant is null ? principal : principal with { Tenant = request.Tenant };
        }
        catch (ArgumentException exception)
        {
            throw new ConfigurationException([exception.Message]);
        }
    }

    // What a hash gives is made again faster than it is looked up; what a model was paid for is kept.
    private MemoryEmbedding Describe(EmbeddingModel model) => new(
        model.IsLexical ? model.Generator : new EmbeddingCache(model.Generator, Path.Combine(Options.DataDirectory, "embeddings.db"), model.ModelId, model.Dimensions, timeProvider: _clock),
        model.ModelId,
        model.IsLexical) { Dimensions = model.Dimensions };

    private Reranker LoadCrossEncoder(HostParts parts) =>
        Options.Retrieval.CrossEncoder is not { } configured ? throw new ConfigurationException(["There is no cross-encoder. Set KernelHost:Retrieval:CrossEncoder:Model to the path of an ONNX model."])
        : parts.OnnxCrossEncoder is not { } load ? throw new ConfigurationException(["KernelHost:Retrieval:CrossEncoder is set, but this host has no ONNX runtime. Reference KernelHost.Onnx and give the host 'OnnxCrossEncoder', or remove the section."])
        : load(configured);

    private RecordStore OpenRecords(HostParts parts) => Options.Memory.Store == MemoryOptions.Sqlite
        ? new SqliteRecordStore(Options.Memory.Path)
        : parts.RecordStores?.Invoke(Options.Memory) ?? throw new ConfigurationException([$"KernelHost:Memory:Store is '{VisibleText.Escape(Options.Memory.Store)}', which this host does not have. Use '{MemoryOptions.Sqlite}', or a host with that store."]);
}
