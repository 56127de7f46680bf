using System.CommandLine;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Runs;
using KernelHost.Runs.Events;

namespace KernelHost.Cli.Commands;

/// <summary><c>runs result</c>: the whole result of a call, also where the model read its beginning only.</summary>
internal static class ResultCommand
{
    public static Command Create(CommandExecution execute)
    {
        var run = new Argument<string>("RUN") { Description = "The run's id." };
        var call = new Argument<string>("CALL") { Description = "The call, as 'runs show' numbers it." };
        var file = new Option<string?>("--file") { Description = "Writes it to this file instead of the screen; a file that exists is not replaced.", HelpName = "PATH" };
        return new Command("result", "Prints the whole result of a call, also where it was cut for the model.") { run, call, file }
            .Does(execute, context => RunAsync(context, Unknown.CheckId("a run", "run_", context.Get(run)!), context.Get(call)!, context.Get(file)));
    }

    private static async Task<int> RunAsync(CliContext context, string runId, string callId, string? file)
    {
        var journal = context.Host.Journal;
        var run = await journal.FindRunAsync(runId, context.CancellationToken) ?? throw Unknown.Run(context, runId);
        var results = (await journal.ReadAsync(run.SessionId, afterSequence: 0, context.CancellationToken))
            .OfType<CallCompleted>().Where(completed => completed.RunId == runId).ToDictionary(completed => completed.CallId, StringComparer.Ordinal);
        if (!results.TryGetValue(callId, out var completed))
        {
            throw Unknown.Name($"result of a call of run '{runId}' named", callId, results.Keys);
        }

        var text = CallResult.Text(completed);
        if (file is not null)
        {
            await WriteAsync(file, text, context.CancellationToken);
            context.Screen.Tell($"Written to {TerminalText.Line(file)}.");
        }
        else if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject
            {
                ["runId"] = runId,
                ["callId"] = callId,
                ["cut"] = completed.FullResult is not null,
                ["result"] = JsonOutput.Value(completed.FullResult ?? completed.Result),
            });
        }
        else
        {
            context.Screen.Out.WriteLine(TerminalText.Prose(text));
        }

        return ExitCode.Done;
    }

    private static async Task WriteAsync(string file, string text, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write);
            await using var writer = new StreamWriter(stream);
            await writer.WriteAsync(text.AsMemory(), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{file}' cannot be written: {exception.Message} Name a file that does not exist yet, in a directory that does.");
        }
    }
}
