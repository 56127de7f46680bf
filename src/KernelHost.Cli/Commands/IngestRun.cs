using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Memory;
using KernelHost.Models;

namespace KernelHost.Cli.Commands;

/// <summary>Takes documents up, once or whenever they change.</summary>
internal sealed class IngestRun(CliContext context, IngestRequest request)
{
    /// <param name="isLine">Whether the report is one of many, as JSON on a line of its own.</param>
    public async Task IngestAsync(bool isLine)
    {
        var progress = new IngestLine(context);
        IngestReport report;
        try
        {
            report = await context.Host.Memory.IngestAsync(request, progress, context.CancellationToken);
        }
        finally
        {
            progress.End();
        }

        IngestOutput.Write(context, request, report, isLine);
    }

    /// <summary>Ingests, then waits for changes and ingests again, until it is interrupted. What fails is told and tried again at the next change.</summary>
    public async Task<int> WatchAsync(TimeProvider timeProvider)
    {
        using var signal = new ChangeSignal(timeProvider);
        using var watcher = new FileSystemWatcher(request.Directory) { IncludeSubdirectories = true };
        watcher.Changed += (_, change) => Tell(signal, change.FullPath);
        watcher.Created += (_, change) => Tell(signal, change.FullPath);
        watcher.Deleted += (_, change) => Tell(signal, change.FullPath);
        watcher.Renamed += (_, change) => Tell(signal, change.FullPath);
        // More changes at once than the system keeps: which ones does not matter, all files are compared anyway.
        watcher.Error += (_, _) => signal.Set();
        watcher.EnableRaisingEvents = true;
        try
        {
            await IngestAsync(isLine: context.Json);
            if (context.Options.Verbosity >= Verbosity.Normal)
            {
                context.Screen.Tell(TerminalText.Line($"Watching '{request.Directory}'. Ctrl+C ends it."));
            }

            while (true)
            {
                await signal.WaitAsync(context.CancellationToken);
                await TryIngestAsync();
            }
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    // An ingestion writes into the data directory: where that lies in the watched one, it would be its own cause. Of files with a dot nothing is taken up.
    private void Tell(ChangeSignal signal, string path)
    {
        var data = Path.TrimEndingDirectorySeparator(context.Host.Options.DataDirectory);
        var isData = path == data || path.StartsWith(data + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        if (!isData && !Path.GetRelativePath(request.Directory, path).Split(Path.DirectorySeparatorChar).Any(static part => part.StartsWith('.')))
        {
            signal.Set();
        }
    }

    private async Task TryIngestAsync()
    {
        try
        {
            await IngestAsync(isLine: context.Json);
        }
        catch (Exception exception) when (exception is MemoryException or ModelException or IOException or UnauthorizedAccessException)
        {
            context.Screen.Tell($"error: {TerminalText.Prose(exception.Message)}");
        }
    }
}
