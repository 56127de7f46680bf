using System.CommandLine;
using KernelHost.Cli.Invocation;
using KernelHost.Runs.Journal;

namespace KernelHost.Cli.Commands;

/// <summary>Which approvals a command answers: those that are named, or all that wait in a run.</summary>
internal sealed class ApprovalSelection(string does)
{
    private readonly Argument<string[]> _ids = new("APPROVAL") { Description = "The approval's id, or several.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _run = new("--run") { Description = "With --all: the run.", HelpName = "ID" };
    private readonly Option<bool> _all = new("--all") { Description = $"{does} everything that waits in the run of --run." };
    private readonly Option<bool> _resume = AnswerCommands.Resume();

    public Command AddTo(Command command)
    {
        command.Arguments.Add(_ids);
        command.Options.Add(_run);
        command.Options.Add(_all);
        command.Options.Add(_resume);
        return command;
    }

    public bool Resumes(CliContext context) => context.Get(_resume);

    /// <exception cref="UsageException">Nothing is named, an id is unknown, or both ways are mixed.</exception>
    public async Task<IReadOnlyList<ApprovalSummary>> ReadAsync(CliContext context)
    {
        var ids = context.Get(_ids) ?? [];
        var (run, all) = (context.Get(_run), context.Get(_all));
        if (run is not null != all || (all && ids.Length > 0) || (!all && ids.Length == 0))
        {
            throw new UsageException("Which ones? Name one APPROVAL or several, or all of a run with '--run RUN --all'. List them with 'kernelhost approvals list'.");
        }

        if (run is not null)
        {
            var waiting = await context.Host.Journal.ListApprovalsAsync(
                new ApprovalFilter(ApprovalStatus.Pending, Unknown.CheckId("a run", "run_", run), int.MaxValue), context.CancellationToken);
            return waiting.Count > 0 ? [.. waiting.Reverse()] : throw new UsageException($"Nothing waits for an approval in run {Unknown.Show(run)}.");
        }

        // All ids are looked at before the first is answered: a slip of the finger should not leave half of the work done.
        List<ApprovalSummary> found = [];
        foreach (var id in ids.Distinct())
        {
            found.Add(await ApprovalsCommand.FindAsync(context, id));
        }

        return found;
    }
}
