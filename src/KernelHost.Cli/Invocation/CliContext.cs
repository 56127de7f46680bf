using System.CommandLine;
using KernelHost.Cli.Output;
using KernelHost.Hosting;
using KernelHost.Memory.Records;
using KernelHost.Onnx;
using KernelHost.Qdrant;
using KernelHost.Text;

namespace KernelHost.Cli.Invocation;

/// <summary>What a command works with. The host is made when it is first asked for, so a command pays for what it uses.</summary>
internal sealed class CliContext(ParseResult parse, CliOptions options, Screen screen, Interrupts interrupts) : IAsyncDisposable
{
    private StderrLogging? _logging;
    private AgentHost? _host;

    public ParseResult Parse { get; } = parse;

    public CliOptions Options { get; } = options;

    public Screen Screen { get; } = screen;

    public Interrupts Interrupts { get; } = interrupts;

    public CancellationToken CancellationToken => Interrupts.Token;

    public bool Json => Options.Json;

    public CommandEcho Echo => field ??= new CommandEcho(Options, AppContext.BaseDirectory, Environment.CurrentDirectory);

    public StderrLogging Logging => _logging ??= new StderrLogging(Screen, Options.Verbosity);

    /// <exception cref="ConfigurationException">The configuration has errors.</exception>
    public AgentHost Host => _host ??= AgentHost.Create(
        CliConfiguration.Build(Options, AppContext.BaseDirectory, Environment.CurrentDirectory), AppContext.BaseDirectory, Logging,
        parts: new HostParts { OnnxEmbeddings = OnnxEmbeddings.Create, OnnxCrossEncoder = static options => new OnnxCrossEncoder(options), RecordStores = OpenRecords });

    /// <summary>Whether a human is there to be asked: both the question and the answer need a terminal.</summary>
    public bool CanAsk => !Json && Screen.InIsTerminal && Screen.ErrorIsTerminal;

    // This command knows which stores it has; the engine does not.
    private static RecordStore OpenRecords(MemoryOptions memory) => QdrantMemory.Create(memory) ?? throw new ConfigurationException(
        [$"KernelHost:Memory:Store is {Unknown.Show(memory.Store)}, which this host does not have.{NearestName.Hint(memory.Store, [MemoryOptions.Sqlite, QdrantMemory.Store])} Use '{MemoryOptions.Sqlite}' or '{QdrantMemory.Store}'."]);

    public T? Get<T>(Argument<T> argument) => Parse.GetValue(argument);

    public T? Get<T>(Option<T> option) => Parse.GetValue(option);

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _logging?.Dispose();
    }
}
