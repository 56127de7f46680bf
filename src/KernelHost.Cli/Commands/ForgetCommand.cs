using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Hosting;
using KernelHost.Memory.Recall;
using KernelHost.Runs.Journal.Retention;

namespace KernelHost.Cli.Commands;

/// <summary><c>memory forget</c></summary>
internal static class ForgetCommand
{
    // Nobody looks through more at a prompt; more is said with another call.
    private const int Most = 1_000;

    public static Command Create(CommandExecution execute)
    {
        var ids = new Argument<string[]>("MEMORY") { Description = "Ids of memories.", Arity = ArgumentArity.ZeroOrMore };
        var text = new Option<string?>("--text") { Description = "Takes this text out of the journal, also when no memory holds it (any more).", HelpName = "TEXT" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Tells what would be forgotten and forgets nothing." };
        var yes = new Option<bool>("--yes") { Description = "Forgets without asking." };
        var selection = new MemorySelection();
        var command = new Command("forget", "Forgets memories for good: from memory, cached vectors and the journal, and searches for them afterwards.") { ids, text, dryRun, yes };
        selection.AddTo(command);
        return command.Does(execute, context => RunAsync(
            context, Query(context, ids, selection), context.Get(text), context.Get(dryRun), context.Get(yes)));
    }

    private static MemoryQuery? Query(CliContext context, Argument<string[]> ids, MemorySelection selection)
    {
        var query = selection.Read(context) with { Top = Most };
        var named = context.Get(ids) ?? [];
        query = named.Length == 0 ? query : query with { Ids = [.. named.Select(static id => Unknown.CheckId("a memory", "mem_", id))] };
        return MemorySelection.IsEmpty(query) ? null : query;
    }

    private static async Task<int> RunAsync(CliContext context, MemoryQuery? query, string? text, bool dryRun, bool yes)
    {
        if (query is null && text is null)
        {
            throw new UsageException("Nothing says what to forget. Name memories ('kernelhost memory list' shows them), select them with --owner or --saved-by, or give a --text.");
        }

        if (text is not null && !JournalMaintenance.CanForget(text))
        {
            throw new UsageException($"{Unknown.Show(text)} is too short to be forgotten: it would be taken out of other words, too. Give more of the text.");
        }

        var items = query is null ? [] : await context.Host.AgentMemory.ListAsync(query, context.CancellationToken);
        if (query?.Ids is { } ids && ids.Except(items.Select(static item => item.Id)).FirstOrDefault() is { } missing)
        {
            throw new UsageException($"There is no memory '{missing}' here. List them with 'kernelhost memory list'; for one that an agent has forgotten already, give its --text.");
        }

        if (items.Count == 0 && text is null)
        {
            context.Screen.Tell("Nothing is remembered that fits.");
            return context.Json ? Report(context, new ForgottenMemories(items, null), dryRun) : ExitCode.Done;
        }

        if (!dryRun && !yes && !await ConfirmAsync(context, items, text))
        {
            return ExitCode.Failed;
        }

        return Report(context, await context.Host.ForgetAsync(items, text, dryRun, context.CancellationToken), dryRun);
    }

    private static async Task<bool> ConfirmAsync(CliContext context, IReadOnlyList<MemoryItem> items, string? text)
    {
        if (!context.CanAsk)
        {
            throw new UsageException($"{What(items.Count, text)} would be forgotten for good, and there is no terminal to ask at. Add --yes, or --dry-run to look first.");
        }

        foreach (var item in items)
        {
            context.Screen.Tell($"{item.Id} for {TerminalText.Line(MemoryCommand.For(item))}: {TerminalText.Line(item.Text, 200)}");
        }

        var answer = await context.Screen.AskAsync($"Forget {What(items.Count, text)} for good? Type 'yes': ", context.CancellationToken);
        return answer?.Trim().Equals("yes", StringComparison.OrdinalIgnoreCase) == true;
    }

    private static int Report(CliContext context, ForgottenMemories report, bool dryRun)
    {
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject
            {
                ["dryRun"] = dryRun,
                ["memories"] = JsonOutput.Array(report.Items, static item => JsonValue.Create(item.Id)),
                ["unfindable"] = report.IsUnfindable,
                ["goneFromFile"] = report.IsGoneFromFile,
                ["journal"] = report.Journal is not { } journal ? null : new JsonObject
                {
                    ["sessions"] = journal.Sessions,
                    ["events"] = journal.Events,
                    ["rows"] = journal.Rows,
                    ["busy"] = JsonOutput.Strings(journal.Busy),
                    ["gone"] = journal.IsGone,
                },
                ["tooShort"] = JsonOutput.Array(report.TooShort, static item => JsonValue.Create(item.Id)),
                ["complete"] = report.IsComplete,
            });
        }
        else
        {
            Show(context, report, dryRun);
        }

        return dryRun || report.IsComplete ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Show(CliContext context, ForgottenMemories report, bool dryRun)
    {
        var output = context.Screen.Out;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(dryRun ? "Would forget" : "Forgot")} memories: {report.Items.Count}."));
        if (report.Journal is { } journal)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{(dryRun ? "Would take" : "Took")} the text out of the journal: sessions {journal.Sessions}, events {journal.Events}, rows of lists {journal.Rows}."));
            foreach (var session in journal.Busy)
            {
                output.WriteLine($"Session {session} holds the text and a process works in it. Try again when it has ended.");
            }

            if (journal.IsGone is { } gone)
            {
                output.WriteLine(gone ? "Searched the bytes of the journal: the text is not there." : "Searched the bytes of the journal: the text is still there. Try again when no other process uses it.");
            }
        }

        if (report.IsUnfindable is { } unfindable)
        {
            output.WriteLine(unfindable ? "Searched memory by words and by vectors: not found." : "Searched memory: it is still found. Something saved it again meanwhile; try again.");
        }

        if (report.IsGoneFromFile is { } isGone)
        {
            output.WriteLine(isGone
                ? "Searched the bytes of the memory file: the text is not there."
                : "Searched the bytes of the memory file: the text is still there, in a document or in another memory, or because another process uses the file.");
        }
        else if (report.IsUnfindable is not null)
        {
            output.WriteLine($"The files of {context.Host.Memory.Description} were not searched: it frees what is deleted in its own time, and its snapshots keep it.");
        }

        foreach (var item in report.TooShort)
        {
            output.WriteLine($"The text of {item.Id} is too short to be taken out of the journal: it would be taken out of other words, too. 'kernelhost journal prune' removes whole sessions.");
        }
    }

    private static string What(int memories, string? text) =>
        string.Create(CultureInfo.InvariantCulture, $"memories {memories}{(text is null ? "" : " and a text")}");
}
