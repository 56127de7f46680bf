using System.CommandLine;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;

namespace KernelHost.Cli.Commands;

/// <summary><c>doctor</c></summary>
internal static class DoctorCommand
{
    public static Command Create(CommandExecution execute) =>
        new Command("doctor", "Checks configuration, data directory, plugins, agents, models, the cross-encoder and memory, and says what to do.").Does(execute, RunAsync);

    private static async Task<int> RunAsync(CliContext context)
    {
        List<Finding> findings = [];
        await foreach (var finding in new Checkup(context).RunAsync())
        {
            findings.Add(finding);
            if (!context.Json)
            {
                Write(context.Screen, finding);
            }
        }

        var errors = findings.Count(finding => finding.State == FindingState.Error);
        var warnings = findings.Count(finding => finding.State == FindingState.Warning);
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject
            {
                ["healthy"] = errors == 0,
                ["checks"] = JsonOutput.Array(findings, static finding => new JsonObject
                {
                    ["area"] = finding.Area,
                    ["state"] = JsonOutput.Name(finding.State),
                    ["message"] = finding.Message,
                    ["cure"] = finding.Cure,
                }),
            });
        }
        else
        {
            context.Screen.Out.WriteLine($"{(errors == 0 ? "Ready" : "Not ready")}: errors {errors}, warnings {warnings}.");
        }

        return errors == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Write(Screen screen, Finding finding)
    {
        var state = finding.State switch
        {
            FindingState.Ok => "✓ ok     ",
            FindingState.Warning => "! warning",
            _ => "✗ error  ",
        };
        var lines = TerminalText.Prose(finding.Cure is null ? finding.Message : $"{finding.Message} {finding.Cure}").Split('\n');
        screen.Out.WriteLine($"{state}  {finding.Area,-13}  {lines[0]}");
        foreach (var line in lines.Skip(1))
        {
            screen.Out.WriteLine($"{new string(' ', 26)}{line}");
        }

        screen.Out.Flush();
    }
}
