using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Policy;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Replay;

namespace KernelHost.Cli.Commands;

/// <summary><c>policy replay</c></summary>
internal static class PolicyCommand
{
    public static Command Create(CommandExecution execute) => new("policy", "Tries policies.") { CreateReplay(execute) };

    private static Command CreateReplay(CommandExecution execute)
    {
        var policy = new Option<string>("--policy") { Description = "The policy file to try.", HelpName = "FILE", Required = true };
        var since = new Option<string?>("--since") { Description = "Only runs started then or later: 2026-11-23 or 2026-11-23T09:30:00Z. Without a zone it is UTC.", HelpName = "DATE" };
        var agent = new Option<string?>("--agent") { Description = "Only runs of this agent.", HelpName = "NAME" };
        return new Command(
            "replay",
            "Decides all recorded calls again under another policy and shows what would change. Ends with 4 when a call that succeeded would be blocked, else with 0. Runs nothing.")
        {
            policy,
            since,
            agent,
        }.Does(execute, context => ReplayAsync(context, context.Get(policy)!, DateText.Read(context, since), context.Get(agent)));
    }

    private static async Task<int> ReplayAsync(CliContext context, string path, DateTimeOffset? since, string? agent)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"There is no file {Unknown.Show(path)}. Correct the path of --policy.");
        }

        if (agent is not null)
        {
            await CheckAgentAsync(context, agent);
        }

        var report = await context.Host.ReplayPolicyAsync(PolicyDocument.Load(path), new PolicyReplayFilter(since, agent), context.CancellationToken);
        var code = report.Blocked.Any() ? ExitCode.Stopped : ExitCode.Done;
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, Document(report, path, code));
        }
        else
        {
            Write(context.Screen, report);
        }

        return code;
    }

    // A name that is mistyped in a gate would let everything pass. An agent that is gone may still have runs.
    private static async Task CheckAgentAsync(CliContext context, string agent)
    {
        var runs = await context.Host.Journal.ListRunsAsync(new RunFilter(Limit: int.MaxValue), context.CancellationToken);
        List<string> known = [.. context.Host.Agents.Entries.Select(entry => entry.Name).Concat(runs.Select(run => run.Agent)).Distinct()];
        if (!known.Contains(agent))
        {
            throw Unknown.Name("agent", agent, known);
        }
    }

    private static void Write(Screen screen, PolicyReplayReport report)
    {
        if (report.Changes.Count > 0)
        {
            DecisionTable.Write(screen, report.Changes, withRun: true);
            screen.Out.WriteLine();
        }

        var blocked = report.Blocked.Count();
        new Fields("Under the other policy")
            .Add("Looked at", string.Create(CultureInfo.InvariantCulture, $"{report.Calls} calls in {report.Runs} runs"))
            .Add("Changed", string.Create(CultureInfo.InvariantCulture, $"{report.Changes.Count} verdicts; {report.OtherRule} calls get the same verdict by another rule"))
            .Add("Prompts", string.Create(CultureInfo.InvariantCulture, $"{report.PromptsRecorded} calls were asked about, {report.Prompts} would be"))
            .Add("Blocked", string.Create(CultureInfo.InvariantCulture, $"{blocked} calls that succeeded"))
            .Add("Undecided", report.Undecided == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{report.Undecided} calls whose run ended before a decision"))
            .Write(screen.Out, screen.OutIsTerminal, screen);
        foreach (var missing in report.MissingTools)
        {
            screen.Out.WriteLine(TerminalText.Line(string.Create(CultureInfo.InvariantCulture,
                $"Not installed: {missing.Tool}, so its {missing.Calls} recorded calls ({missing.Succeeded} succeeded, {missing.Prompts} asked about) could not be decided again.")));
        }
    }

    private static JsonObject Document(PolicyReplayReport report, string path, int code) => new()
    {
        ["policy"] = path,
        ["policyVersion"] = report.PolicyVersion,
        ["runs"] = report.Runs,
        ["calls"] = report.Calls,
        ["undecided"] = report.Undecided,
        ["changed"] = report.Changes.Count,
        ["otherRule"] = report.OtherRule,
        ["promptsRecorded"] = report.PromptsRecorded,
        ["prompts"] = report.Prompts,
        ["blocked"] = report.Blocked.Count(),
        ["changes"] = JsonOutput.Array(report.Changes, DecisionTable.Json),
        ["missingTools"] = JsonOutput.Array(report.MissingTools, static missing => new JsonObject
        {
            ["tool"] = missing.Tool,
            ["calls"] = missing.Calls,
            ["succeeded"] = missing.Succeeded,
            ["prompts"] = missing.Prompts,
        }),
        ["exitCode"] = code,
    };
}
