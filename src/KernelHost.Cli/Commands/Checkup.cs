using System.Globalization;
using System.Runtime.CompilerServices;
using KernelHost.Catalog;
using KernelHost.Cli.Invocation;
using KernelHost.Hosting;
using KernelHost.Manifests;
using KernelHost.Memory;
using KernelHost.Memory.Retrieval;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Commands;

/// <summary>Looks at everything a run needs. A failure is a finding and never keeps the next thing from being looked at.</summary>
internal sealed class Checkup(CliContext context)
{
    private const long LittleSpace = 100L * 1024 * 1024;

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken = cancellationToken.CanBeCanceled ? cancellationToken : context.CancellationToken;
        var configuration = CheckConfiguration(out var host);
        foreach (var finding in configuration)
        {
            yield return finding;
        }

        if (host is null)
        {
            yield break;
        }

        yield return CheckDataDirectory(host.Options.DataDirectory);
        yield return await CheckJournalAsync(host, cancellationToken);
        foreach (var finding in await CheckPluginsAsync(host, cancellationToken))
        {
            yield return finding;
        }

        foreach (var finding in await CheckAgentsAsync(host, cancellationToken))
        {
            yield return finding;
        }

        foreach (var model in host.Models.Models)
        {
            yield return await CheckModelAsync(host, model.Name, cancellationToken);
        }

        if (host.Options.Retrieval.CrossEncoder is not null)
        {
            yield return await CheckRerankerAsync(host, cancellationToken);
        }

        foreach (var finding in await CheckMemoryAsync(host, cancellationToken))
        {
            yield return finding;
        }
    }

    private List<Finding> CheckConfiguration(out AgentHost? host)
    {
        host = null;
        try
        {
            host = context.Host;
            return [new Finding("configuration", FindingState.Ok, $"Valid. Acts for '{host.Options.Principal}'.")];
        }
        catch (ConfigurationException exception)
        {
            return [.. exception.Errors.Select(error => new Finding("configuration", FindingState.Error, error))];
        }
    }

    private static Finding CheckDataDirectory(string directory)
    {
        const string Area = "data";
        try
        {
            Directory.CreateDirectory(directory);
            var probe = Path.Combine(directory, $".probe-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            var free = new DriveInfo(Path.GetFullPath(directory)).AvailableFreeSpace;
            var space = string.Create(CultureInfo.InvariantCulture, $"{free / (1024.0 * 1024 * 1024):0.0} GB free");
            return free < LittleSpace
                ? new Finding(Area, FindingState.Warning, $"'{directory}' is writable but only {space}.", "Free some space: a full disk stops runs.")
                : new Finding(Area, FindingState.Ok, $"'{directory}' is writable, {space}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new Finding(Area, FindingState.Error, $"'{directory}' cannot be written: {exception.Message}", "Make it writable for this user, or set KernelHost:DataDirectory (--data) to another directory.");
        }
    }

    private static async Task<Finding> CheckJournalAsync(AgentHost host, CancellationToken cancellationToken)
    {
        try
        {
            var waiting = await host.Journal.ListApprovalsAsync(new ApprovalFilter(ApprovalStatus.Pending, Limit: 1000), cancellationToken);
            var whole = host.Journal is SqliteJournal journal && await journal.CheckFileAsync(cancellationToken);
            return new Finding("journal", FindingState.Ok, $"Opens{(whole ? ", and its file is whole" : "")}.{(waiting.Count == 0 ? "" : $" Approvals that wait for an answer: {waiting.Count}.")}");
        }
        catch (JournalException exception)
        {
            return new Finding("journal", FindingState.Error, exception.Message);
        }
    }

    private static async Task<IReadOnlyList<Finding>> CheckPluginsAsync(AgentHost host, CancellationToken cancellationToken)
    {
        var plugins = (await host.GetCatalogAsync(cancellationToken)).Plugins;
        return plugins.Count == 0
            ? [new Finding("plugins", FindingState.Warning, "No plugin was found.", "Add a directory of plugins with --plugins DIR or in KernelHost:PluginDirectories.")]
            : [.. plugins.Select(plugin => plugin.State == PluginState.Loaded
                ? new Finding("plugin", FindingState.Ok, $"'{plugin.Id}' {plugin.Manifest!.Version} is loaded.")
                : new Finding("plugin", FindingState.Error, plugin.Error?.Message ?? $"'{plugin.Id}' failed.", $"Look at it closely: kernelhost plugin validate {CommandEcho.Quote(plugin.Directory)}"))];
    }

    private static async Task<IReadOnlyList<Finding>> CheckAgentsAsync(AgentHost host, CancellationToken cancellationToken)
    {
        List<Finding> findings = [.. host.Agents.DirectoryErrors.Select(error => new Finding("agents", FindingState.Error, error.ToString()))];
        foreach (var entry in host.Agents.Entries)
        {
            var errors = entry.Definition is { } agent ? await host.CheckAgentAsync(agent, cancellationToken) : entry.Errors;
            findings.AddRange(errors.Select(error => new Finding("agent", FindingState.Error, error.ToString())));
            if (errors.Count == 0)
            {
                findings.Add(new Finding("agent", FindingState.Ok, $"'{entry.Name}' is valid."));
            }
        }

        return findings.Count > 0 ? findings
            : [new Finding("agents", FindingState.Warning, "No agent was found.", "Put YAML files into a directory of KernelHost:AgentDirectories, or add one with --agents DIR.")];
    }

    private static async Task<Finding> CheckModelAsync(AgentHost host, string name, CancellationToken cancellationToken)
    {
        var health = await host.Models.CheckAsync(name, cancellationToken);
        var state = !health.Healthy ? FindingState.Error : health.Provider == Models.ModelProviders.Offline ? FindingState.Warning : FindingState.Ok;
        return new Finding("model", state, $"'{name}' ({health.Provider}{(health.ModelId.Length == 0 || health.ModelId == health.Provider ? "" : $" {health.ModelId}")}): {health.Detail}");
    }

    private static async Task<Finding> CheckRerankerAsync(AgentHost host, CancellationToken cancellationToken)
    {
        const string Area = "reranker";
        try
        {
            await host.CrossEncoder.ScoreAsync("documents", [new Passage("probe", "documents")], cancellationToken);
            return new Finding(Area, FindingState.Ok, $"The {host.CrossEncoder.Name} judges passages.");
        }
        catch (Exception exception) when (exception is Models.ModelException or RerankException or ConfigurationException)
        {
            return new Finding(Area, FindingState.Error, exception.Message);
        }
    }

    // A search of each retriever takes its documents up, so that the first run need not.
    private async Task<IReadOnlyList<Finding>> CheckMemoryAsync(AgentHost host, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> retrievers;
        List<Finding> findings;
        try
        {
            retrievers = await host.ListRetrieversAsync(cancellationToken);
            // The memory opens with the embedding model, which may be a file that is not there.
            findings = [new("memory", FindingState.Ok, $"Kept in {host.Memory.Description}.")];
        }
        catch (Exception exception) when (exception is MemoryException or ConfigurationException or Models.ModelException)
        {
            return [new Finding("memory", FindingState.Error, exception.Message)];
        }

        foreach (var retriever in retrievers)
        {
            var progress = new IngestLine(context);
            try
            {
                await host.SearchAsync(new SearchRequest(retriever, "documents") { Options = new() { Top = 1 } }, progress, cancellationToken);
                findings.Add(new Finding("memory", FindingState.Ok, $"'{retriever}' can be searched."));
            }
            catch (Exception exception) when (exception is MemoryException or PluginException or ConfigurationException or Models.ModelException)
            {
                findings.Add(new Finding("memory", FindingState.Error, $"'{retriever}': {exception.Message}"));
            }
            finally
            {
                progress.End();
            }
        }

        return findings;
    }
}
