using System.CommandLine;
using KernelHost.Cli.Invocation;
using KernelHost.Runs.Events;

namespace KernelHost.Cli.Commands;

/// <summary>What becomes of questions when nobody is there. It can only make stricter what rules and host say.</summary>
internal static class UnattendedOption
{
    public static Option<string?> Create() => new("--unattended")
    {
        Description = "Nobody is there to be asked: park (as rules and host say, the run waits or the call is denied) or deny (always).",
        HelpName = "park|deny",
    };

    public static Attendance? Read(CliContext context, Option<string?> option) => context.Get(option) switch
    {
        null => null,
        "park" => Attendance.Unattended,
        "deny" => Attendance.Deny,
        var other => throw new UsageException($"{Unknown.Show(other)} is no value of --unattended. Use 'park' or 'deny'."),
    };
}
