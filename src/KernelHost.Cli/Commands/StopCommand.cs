using System.CommandLine;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Runs.Stops;

namespace KernelHost.Cli.Commands;

/// <summary><c>stop</c> and <c>stops</c>: the kill switch.</summary>
internal static class StopCommand
{
    private const int ReasonLimit = 1000;

    private static readonly string[] Kinds = ["everything", "session", "run", "agent", "plugin", "tool"];

    public static Command Create(CommandExecution execute)
    {
        var what = new Argument<string>("WHAT") { Description = $"{string.Join(", ", Kinds)}." };
        var name = new Argument<string?>("NAME") { Description = "The id or name; of a tool as plugin/tool. None for everything.", Arity = ArgumentArity.ZeroOrOne };
        var reason = new Option<string?>("--reason") { Description = "Why; whoever resumes, and the model whose call is refused, are told.", HelpName = "TEXT" };
        var lift = new Option<bool>("--lift") { Description = "Lifts the stop again." };
        return new Command("stop", "Stops what runs before its next model call or tool call, in every process, until it is lifted.") { what, name, reason, lift }
            .Does(execute, context => StopAsync(context, Scope(context.Get(what)!, context.Get(name)), context.Get(reason), context.Get(lift)));
    }

    public static Command CreateList(CommandExecution execute) =>
        new Command("stops", "Lists what is stopped.").Does(execute, ListAsync);

    private static string Scope(string what, string? name)
    {
        if (!Kinds.Contains(what))
        {
            throw Unknown.Name("kind of thing to stop", what, Kinds);
        }

        if (what == "everything")
        {
            return name is null ? what : throw new UsageException("'everything' takes no name. Leave the name out, or say what kind of thing it names.");
        }

        if (string.IsNullOrWhiteSpace(name))
        {
            throw new UsageException($"Which {what}? Give its {(what is "session" or "run" ? "id" : "name")}.");
        }

        return what switch
        {
            "session" => $"session/{Unknown.CheckId("a session", "ses_", name)}",
            "run" => $"run/{Unknown.CheckId("a run", "run_", name)}",
            "tool" when !name.Contains('/', StringComparison.Ordinal) => throw new UsageException($"{Unknown.Show(name)} is no tool's name. Write it as plugin/tool."),
            _ => $"{what}/{name}",
        };
    }

    private static async Task<int> StopAsync(CliContext context, string scope, string? reason, bool lift)
    {
        if (!lift && string.IsNullOrWhiteSpace(reason))
        {
            throw new UsageException("Say why with --reason: whoever finds it stopped is told.");
        }

        if (reason?.Length > ReasonLimit)
        {
            throw new UsageException($"The reason has {reason.Length} characters, and at most {ReasonLimit} are allowed. Shorten it.");
        }

        var (stops, by) = (context.Host.Stops, context.Host.Options.Principal);
        var stop = lift ? stops.Lift(scope, by, reason?.Trim()) : stops.Add(scope, reason!.Trim(), by);
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject { [lift ? "lifted" : "stopped"] = Write(stop) });
        }
        else
        {
            await context.Screen.Out.WriteLineAsync(TerminalText.Line(lift ? $"Lifted: {stop}" : stop.ToString()));
            context.Screen.Tell(lift ? "Runs that it interrupted can be resumed." : $"Lift it with: {LiftCommand(context, scope)}");
        }

        if (!lift && StopTargets.Doubt(context, scope) is { } doubt)
        {
            context.Screen.Tell(doubt);
        }

        return ExitCode.Done;
    }

    private static string LiftCommand(CliContext context, string scope) => scope.Split('/', 2) is [var what, var name]
        ? context.Echo.For("stop", what, name, "--lift")
        : context.Echo.For("stop", scope, "--lift");

    private static Task<int> ListAsync(CliContext context)
    {
        var stops = context.Host.Stops.Active;
        if (context.Json)
        {
            JsonOutput.Write(context.Screen, new JsonObject { ["stops"] = JsonOutput.Array(stops, Write) });
        }
        else if (stops.Count == 0)
        {
            context.Screen.Tell("Nothing is stopped.");
        }
        else
        {
            var table = new Table("Stopped", "Since", "By", "Reason");
            foreach (var stop in stops)
            {
                table.Add(stop.Scope, Times.Local(stop.At), stop.By, stop.Reason);
            }

            table.Write(context.Screen);
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static JsonObject Write(StopOrder stop) => new()
    {
        ["stopId"] = stop.Id,
        ["scope"] = stop.Scope,
        ["reason"] = stop.Reason,
        ["by"] = stop.By,
        ["at"] = JsonOutput.Time(stop.At),
    };
}
