using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Runs.Journal;
using KernelHost.Runs.Journal.Retention;

namespace KernelHost.Cli.Commands;

/// <summary><c>journal verify|export</c></summary>
internal static class JournalCommand
{
    public static Command Create(CommandExecution execute) => new("journal", "Checks, exports and prunes what is recorded of all sessions.")
    {
        CreateVerify(execute),
        CreateExport(execute),
        RetentionCommands.CreatePrune(execute),
        RetentionCommands.CreatePruned(execute),
        RetentionCommands.CreateVacuum(execute),
    };

    private static Command CreateVerify(CommandExecution execute)
    {
        var session = new Option<string?>("--session") { Description = "Only this session.", HelpName = "ID" };
        return new Command("verify", "Checks whether anything recorded was changed, removed, inserted or put in another order. Returns 1 if so.") { session }
            .Does(execute, context => VerifyAsync(context, CheckSession(context.Get(session))));
    }

    private static Command CreateExport(CommandExecution execute)
    {
        var session = new Option<string?>("--session") { Description = "Only this session's events.", HelpName = "ID" };
        var run = new Option<string?>("--run") { Description = "Only this run's events.", HelpName = "ID" };
        return new Command("export", "Writes the recorded events to standard output, one JSON object a line (NDJSON).") { session, run }
            .Does(execute, context => ExportAsync(context, CheckSession(context.Get(session)), context.Get(run)));
    }

    private static async Task<int> VerifyAsync(CliContext context, string? session)
    {
        var verification = await Journal(context).VerifyAsync(session, context.CancellationToken);
        if (session is not null && verification.Sessions.Count + verification.Problems.Count == 0)
        {
            throw await NoSessionAsync(context, session);
        }

        if (context.Json)
        {
            JsonOutput.Write(context.Screen, Write(verification));
        }
        else
        {
            Show(context.Screen, verification);
        }

        return verification.IsSound ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task<int> ExportAsync(CliContext context, string? session, string? run)
    {
        var journal = Journal(context);
        if (run is not null)
        {
            var summary = await journal.FindRunAsync(Unknown.CheckId("a run", "run_", run), context.CancellationToken) ?? throw Unknown.Run(context, run);
            if (session is not null && session != summary.SessionId)
            {
                throw new UsageException($"Run {Unknown.Show(run)} belongs to session '{summary.SessionId}', not to {Unknown.Show(session)}. Leave one of --run and --session out.");
            }

            session = summary.SessionId;
        }

        var any = false;
        await foreach (var entry in journal.ExportAsync(session, run, context.CancellationToken))
        {
            any = true;
            JournalLine.Write(context.Screen.Out, entry);
        }

        if (!any && session is not null)
        {
            throw await NoSessionAsync(context, session);
        }

        await context.Screen.Out.FlushAsync(context.CancellationToken);
        return ExitCode.Done;
    }

    private static JsonObject Write(JournalVerification verification) => new()
    {
        ["sound"] = verification.IsSound,
        ["events"] = verification.Events,
        ["forgottenEvents"] = verification.ForgottenEvents,
        ["prunedSessions"] = verification.PrunedSessions,
        ["prunedSeal"] = verification.PrunedSeal,
        ["problems"] = JsonOutput.Array(verification.Problems, static problem => new JsonObject
        {
            ["sessionId"] = problem.SessionId,
            ["sequence"] = problem.Sequence,
            ["message"] = problem.Message,
        }),
        ["sessions"] = JsonOutput.Array(verification.Sessions, static head => new JsonObject
        {
            ["sessionId"] = head.SessionId,
            ["sequence"] = head.Sequence,
            ["hash"] = head.Hash,
        }),
    };

    private static void Show(Screen screen, JournalVerification verification)
    {
        foreach (var problem in verification.Problems)
        {
            screen.Out.WriteLine($"✗ session {TerminalText.Line(problem.SessionId, 100)}, event {problem.Sequence.ToString(CultureInfo.InvariantCulture)}: {problem.Message}");
        }

        if (verification.PrunedSessions > 0)
        {
            screen.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Pruned sessions, by sealed records: {verification.PrunedSessions}."));
        }

        if (verification.ForgottenEvents > 0)
        {
            screen.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Events that text was taken out of, by the records of that: {verification.ForgottenEvents}."));
        }

        var total = verification.Sessions.Count + verification.Problems.Count;
        screen.Out.WriteLine(verification.IsSound
            ? string.Create(CultureInfo.InvariantCulture, $"Sound: sessions {total}, events {verification.Events}.")
            : string.Create(CultureInfo.InvariantCulture, $"Not sound: broken sessions {verification.Problems.Count} of {total}. Keep the file as it is, and compare it with a backup."));
    }

    private static string? CheckSession(string? session) => session is null ? null : Unknown.CheckId("a session", "ses_", session);

    private static async Task<UsageException> NoSessionAsync(CliContext context, string session)
    {
        var pruned = await new JournalMaintenance(Journal(context)).ListPrunedAsync(context.CancellationToken);
        return pruned.FirstOrDefault(record => record.SessionId == session) is { } record
            ? new($"Session {Unknown.Show(session)} was pruned by {TerminalText.Line(record.By, 100)} on {Times.Local(record.At)}. See: {context.Echo.For("journal", "pruned")}")
            : NoSession(context, session);
    }

    private static UsageException NoSession(CliContext context, string session) =>
        new($"There is no session {Unknown.Show(session)}. The list of runs shows the sessions: {context.Echo.For("runs", "list")}");

    internal static SqliteJournal Journal(CliContext context) => context.Host.Journal as SqliteJournal
        ?? throw new UsageException("The journal of this host is not kept in a file, so there is nothing to check or to export.");
}
