using System.Globalization;
using System.Text.Json.Nodes;
using KernelHost.Agents;
using KernelHost.Cli.Commands;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Runs;
using KernelHost.Text;

namespace KernelHost.Cli.Running;

/// <summary>Turns of one session, from a terminal or a pipe.</summary>
internal sealed class Conversation(CliContext context, AgentDefinition agent, string? sessionId)
{
    private static readonly string[] Words = ["/help", "/tools", "/session", "/cost", "/resume", "/exit"];

    private readonly Screen _screen = context.Screen;
    private readonly JsonArray _turns = [];
    private readonly List<RunUsage> _usage = [];
    private string? _session = sessionId;
    private RunResult? _last;
    private int _code;

    /// <summary>Talks until the input ends or the user leaves.</summary>
    /// <returns>The exit code of the last turn.</returns>
    public async Task<int> RunAsync()
    {
        if (context.CanAsk)
        {
            _screen.Tell(TerminalText.Line($"Talking with '{agent.Name}'. /help for commands, /exit to leave."));
        }

        while (await ReadAsync() is { } line)
        {
            if (!await TakeAsync(line.Trim()))
            {
                break;
            }
        }

        if (context.Json)
        {
            JsonOutput.Write(_screen, new JsonObject { ["sessionId"] = _session, ["agent"] = agent.Name, ["exitCode"] = _code, ["turns"] = _turns });
        }

        return _code;
    }

    private Task<string?> ReadAsync() =>
        context.CanAsk ? _screen.AskAsync("\nyou> ", context.CancellationToken) : _screen.ReadLineAsync(context.CancellationToken);

    /// <summary>Deals with a line. Returns whether to go on.</summary>
    private async Task<bool> TakeAsync(string line)
    {
        switch (line)
        {
            case "":
                return true;
            case "/exit" or "/quit":
                return false;
            case "/resume":
                return await ResumeAsync();
            case ['/', ..]:
                await CommandAsync(line);
                return true;
            default:
                return await TurnAsync(driver => driver.StartAsync(agent.Name, Checked(line), _session));
        }
    }

    private async Task CommandAsync(string line)
    {
        switch (line)
        {
            case "/help":
                _screen.Tell("/tools what the agent may use   /session the session's id   /cost what the turns used   /resume the last run   /exit leave");
                break;
            case "/tools":
                await TellToolsAsync();
                break;
            case "/session":
                _screen.Tell(_session is null ? "The session begins with the first question." : $"{_session}  Continue later with: {context.Echo.For("chat", agent.Name, "--session", _session)}");
                break;
            case "/cost":
                _screen.Tell(Cost());
                break;
            default:
                _screen.Tell($"There is no command {Unknown.Show(line)}.{NearestName.Hint(line, Words)} /help lists them.");
                break;
        }
    }

    private async Task<bool> ResumeAsync()
    {
        if (_last is not { } last)
        {
            _screen.Tell("There is nothing to resume.");
            return true;
        }

        return await TurnAsync(driver => driver.ResumeAsync(last.RunId));
    }

    private async Task<bool> TurnAsync(Func<RunDriver, Task<(RunResult, LiveView)>> work)
    {
        var driver = new RunDriver(context);
        try
        {
            var (result, view) = await work(driver);
            (_last, _session, _code) = (result, result.SessionId, RunOutcome.ExitCodeOf(result));
            _usage.Add(result.Usage);
            Show(driver, result, view);

            // A person can answer, wait or resume; a pipe cannot, and its next line would meet an unfinished run.
            context.Interrupts.Reset();
            return context.CanAsk || result.Status is RunStatus.Completed or RunStatus.Stopped;
        }
        catch (Exception exception) when (context.CanAsk && exception is RunException or UsageException)
        {
            _code = FailureReport.Write(_screen, json: false, context.Options.Verbosity, exception);
            return true;
        }
    }

    private void Show(RunDriver driver, RunResult result, LiveView view)
    {
        if (context.Json)
        {
            _turns.Add(RunJson.Write(result, view.Transcript, context.Echo));
            return;
        }

        driver.Report(result, view);
        if (context.CanAsk && result.Status is RunStatus.WaitingForApproval or RunStatus.Interrupted or RunStatus.Paused)
        {
            _screen.Tell("This turn is not finished. /resume takes it up again.");
        }
    }

    private async Task TellToolsAsync()
    {
        var catalog = await context.Host.GetCatalogAsync(context.CancellationToken);
        foreach (var tool in catalog.Tools.Where(tool => agent.UsesTool(tool.QualifiedName)))
        {
            _screen.Tell(TerminalText.Line($"{tool.QualifiedName} ({JsonOutput.Name(tool.Effect)}): {tool.Description}"));
        }

        foreach (var retriever in catalog.Retrievers.Where(retriever => agent.UsesRetriever(retriever.QualifiedName)))
        {
            _screen.Tell(TerminalText.Line($"{retriever.QualifiedName} (search): {retriever.Description}"));
        }
    }

    private string Cost() => string.Create(CultureInfo.InvariantCulture,
        $"{_usage.Count} turns, {_usage.Sum(usage => usage.Steps)} model calls, {_usage.Sum(usage => usage.ToolCalls)} tool calls, {_usage.Sum(usage => usage.InputTokens)} tokens in, {_usage.Sum(usage => usage.OutputTokens)} out");

    private static string Checked(string line) => line.Length <= RequestText.Limit
        ? line
        : throw new UsageException($"The question has {line.Length} characters, and at most {RequestText.Limit} are allowed. Shorten it.");
}
