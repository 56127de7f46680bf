using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Runs.Journal.Retention;

namespace KernelHost.Cli.Commands;

/// <summary><c>journal prune|pruned|vacuum</c></summary>
internal static class RetentionCommands
{
    public static Command CreatePrune(CommandExecution execute)
    {
        var agent = new Option<string?>("--agent") { Description = "Only sessions in which this agent alone has worked.", HelpName = "NAME" };
        var olderThan = new Option<string?>("--older-than") { Description = "Instead of the periods of the configuration: how old the last event is, such as 30d.", HelpName = "PERIOD" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Tells what would be removed and removes nothing." };
        var yes = new Option<bool>("--yes") { Description = "Removes without asking." };
        return new Command("prune", "Removes old sessions for good. One with a run that has not ended is kept. Gives the space back.") { agent, olderThan, dryRun, yes }
            .Does(execute, context => PruneAsync(context, context.Get(agent), context.Get(olderThan), context.Get(dryRun), context.Get(yes)));
    }

    public static Command CreatePruned(CommandExecution execute) =>
        new Command("pruned", "Lists the records of the sessions that were removed.").Does(execute, ListAsync);

    public static Command CreateVacuum(CommandExecution execute) =>
        new Command("vacuum", "Gives the space back that the journal file does not use.").Does(execute, VacuumAsync);

    private static async Task<int> PruneAsync(CliContext context, string? agent, string? olderThan, bool dryRun, bool yes)
    {
        var options = context.Host.Options;
        if (agent is not null)
        {
            agent = context.Host.Agents.Entries.FirstOrDefault(entry => entry.Name.Equals(agent, StringComparison.OrdinalIgnoreCase))?.Name ?? agent;
        }

        var periods = olderThan is null ? options.Retention : new RetentionPeriods { Default = Period(olderThan) };
        if (agent is null ? periods.KeepsEverything : periods.For(agent) is null)
        {
            throw new UsageException($"Nothing says how long sessions are kept{(agent is null ? "" : $" for agent {Unknown.Show(agent)}")}. Say it with --older-than 90d, or set KernelHost:Retention.");
        }

        var maintenance = new JournalMaintenance(JournalCommand.Journal(context));
        var request = new PruneRequest(periods, options.Principal) { Agent = agent, DryRun = true };
        var plan = await maintenance.PruneAsync(request, context.CancellationToken);
        if (dryRun || plan.Sessions == 0)
        {
            return Report(context, plan, removed: false);
        }

        if (!yes && !await ConfirmAsync(context, plan))
        {
            return ExitCode.Failed;
        }

        return Report(context, await maintenance.PruneAsync(request with { DryRun = false }, context.CancellationToken), removed: true);
    }

    private static async Task<bool> ConfirmAsync(CliContext context, PruneReport plan)
    {
        if (!context.CanAsk)
        {
            throw new UsageException($"{Removes(plan)} would be removed for good, and there is no terminal to ask at. Add --yes, or --dry-run to look first.");
        }

        var answer = await context.Screen.AskAsync($"Remove {Removes(plan)} for good? Type 'yes': ", context.CancellationToken);
        return answer?.Trim().Equals("yes", StringComparison.OrdinalIgnoreCase) == true;
    }

    private static int Report(CliContext context, PruneReport report, bool removed)
    {
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject
            {
                ["dryRun"] = !removed,
                ["sessions"] = report.Sessions,
                ["runs"] = report.Runs,
                ["events"] = report.Events,
                ["contents"] = report.Contents,
                ["keptWaiting"] = report.KeptWaiting,
                ["keptUnfinished"] = report.KeptUnfinished,
                ["keptInUse"] = report.KeptInUse,
                ["bytesBefore"] = report.BytesBefore,
                ["bytesAfter"] = report.BytesAfter,
            });
            return ExitCode.Done;
        }

        var output = context.Screen.Out;
        output.WriteLine(removed ? $"Removed {Removes(report)}; the file shrank from {Size(report.BytesBefore)} to {Size(report.BytesAfter)}."
            : report.Sessions == 0 ? "No session is old enough to be removed."
            : $"Would remove {Removes(report)}.");
        Kept(report.KeptWaiting, "a run of theirs waits for a human");
        Kept(report.KeptUnfinished, "a run of theirs has not ended: resume or cancel it");
        Kept(report.KeptInUse, "a process holds them at this moment");
        return ExitCode.Done;

        void Kept(int sessions, string why)
        {
            if (sessions > 0)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Kept, though old: sessions {sessions}; {why}."));
            }
        }
    }

    private static async Task<int> ListAsync(CliContext context)
    {
        var pruned = await new JournalMaintenance(JournalCommand.Journal(context)).ListPrunedAsync(context.CancellationToken);
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject
            {
                ["pruned"] = JsonOutput.Array(pruned, static record => new JsonObject
                {
                    ["number"] = record.Number,
                    ["sessionId"] = record.SessionId,
                    ["sequence"] = record.Sequence,
                    ["hash"] = record.Hash,
                    ["runs"] = record.Runs,
                    ["at"] = JsonOutput.Time(record.At),
                    ["by"] = record.By,
                    ["seal"] = record.Seal,
                }),
            });
            return ExitCode.Done;
        }

        if (pruned.Count == 0)
        {
            context.Screen.Out.WriteLine("No session was pruned.");
            return ExitCode.Done;
        }

        var table = new Table("Session", "Pruned", "By", "Runs", "Events", "Last hash");
        foreach (var record in pruned)
        {
            table.Add(
                record.SessionId, Times.Local(record.At), TerminalText.Line(record.By, 40), record.Runs.ToString(CultureInfo.InvariantCulture),
                record.Sequence.ToString(CultureInfo.InvariantCulture), record.Hash[..16]);
        }

        table.Write(context.Screen);
        return ExitCode.Done;
    }

    private static async Task<int> VacuumAsync(CliContext context)
    {
        var (before, after) = await new JournalMaintenance(JournalCommand.Journal(context)).VacuumAsync(context.CancellationToken);
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject { ["bytesBefore"] = before, ["bytesAfter"] = after });
        }
        else
        {
            context.Screen.Out.WriteLine($"The journal had {Size(before)} and has {Size(after)}.");
        }

        return ExitCode.Done;
    }

    private static TimeSpan? Period(string text) => RetentionPeriods.TryParse(text, out var period) && period is not null
        ? period
        : throw new UsageException($"{Unknown.Show(text)} is no period of an hour or more. Write it as '90d' or '36h'.");

    private static string Removes(PruneReport report) =>
        string.Create(CultureInfo.InvariantCulture, $"sessions {report.Sessions}, runs {report.Runs}, events {report.Events}");

    private static string Size(long bytes) => bytes < 10 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0} KB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0} MB");
}
