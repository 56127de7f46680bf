using System.Globalization;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Runs;

namespace KernelHost.Cli.Running;

/// <summary>What remains to be said when a run has ended or parked: the answer and its sources on standard output, the rest on standard error.</summary>
internal sealed class RunReport(CliContext context)
{
    private const int ResultLimit = 200;
    private const int ShortVersion = 12;
    private readonly Screen _screen = context.Screen;

    /// <summary>Writes the report for people.</summary>
    /// <param name="result">How the run ended.</param>
    /// <param name="view">What was shown of it already.</param>
    /// <param name="approvalsShown">The questions have just been on the screen.</param>
    public void Write(RunResult result, LiveView view, bool approvalsShown)
    {
        view.EndLine();
        switch (result.Status)
        {
            case RunStatus.WaitingForApproval:
                WriteSoFar(result, view.Transcript);
                WriteApprovals(result, approvalsShown);
                break;
            case RunStatus.Interrupted or RunStatus.Running:
                WriteInterruption(result);
                break;
            case RunStatus.Cancelled:
                Tell(Verbosity.Minimal, $"Cancelled {Timeline.By(result.CancelledBy ?? "", result.CancelReason)}");
                Tell(Verbosity.Normal, $"The session takes the next request: --session {result.SessionId}");
                break;
            case RunStatus.Paused:
                Tell(Verbosity.Minimal, $"Paused {Timeline.By(result.PausedBy ?? "", result.PauseReason)}");
                Tell(Verbosity.Minimal, $"Resume the run with: {context.Echo.For("resume", result.RunId)}");
                break;
            default:
                WriteAnswer(result, view);
                break;
        }

        _screen.Out.Flush();
    }

    private void WriteAnswer(RunResult result, LiveView view)
    {
        var answer = result.Answer ?? "";
        if (!view.HasShown(answer))
        {
            if (view.HasStreamed && result.Grounding is not null)
            {
                Tell(Verbosity.Minimal, "· its citations were verified, and the answer is now:");
            }

            _screen.Out.WriteLine(TerminalText.Prose(GroundingView.Marked(answer, result.Grounding)).TrimEnd('\n'));
        }

        if (result.Citations.Count > 0)
        {
            _screen.Out.WriteLine();
            WritePassages(result.Citations);
        }

        var lines = GroundingView.Lines(answer, result.Grounding).ToList();
        if (lines.Count > 0)
        {
            _screen.Out.WriteLine();
            lines.ForEach(_screen.Out.WriteLine);
        }

        _screen.Out.Flush();
        if (result.Limit is { } limit)
        {
            Tell(Verbosity.Minimal, AtLimit(TerminalText.Line(limit), context.Host.Options.Budgets.Count > 0, result.RunId));
        }

        if (result.DeniedByPolicy > 0)
        {
            Tell(Verbosity.Minimal, $"The policy denied {Count(result.DeniedByPolicy, "call")}. See why: {context.Echo.For("runs", "show", result.RunId)}");
        }

        Tell(Verbosity.Normal, Summary(result));
    }

    // The run has no answer yet; what it has found out is worth more to the reader than silence.
    private void WriteSoFar(RunResult result, RunTranscript transcript)
    {
        var output = _screen.Out;
        // What an agent says before its answer is verified is not shown where that may change it.
        if (transcript.Started?.Grounding is not { HoldsBack: true } && transcript.LastText.Trim() is { Length: > 0 } text)
        {
            output.WriteLine(TerminalText.Prose(text));
            output.WriteLine();
        }

        var calls = transcript.Calls.Where(call => call.Status is CallStatus.Completed or CallStatus.Failed or CallStatus.Denied).ToList();
        if (calls.Count > 0)
        {
            output.WriteLine("So far:");
            calls.ForEach(call => output.WriteLine($"  {CallLine.Name(call)}: {Outcome(call)}"));
            output.WriteLine();
        }

        if (transcript.Passages.Count > 0)
        {
            WritePassages(transcript.Passages);
            output.WriteLine();
        }

        foreach (var approval in result.Approvals)
        {
            output.WriteLine($"Waiting for approval: {TerminalText.Line(approval.Tool)}({ValueText.Arguments(approval.Arguments, ResultLimit)})");
            var (name, command) = ApprovalCommands.For(approval, context.Echo).First();
            output.WriteLine($"  {ApprovalCommands.Label(name)} with: {command}");
        }

        output.Flush();
    }

    private void WriteApprovals(RunResult result, bool shown)
    {
        if (shown || context.Options.Verbosity < Verbosity.Minimal)
        {
            return;
        }

        foreach (var approval in result.Approvals)
        {
            ApprovalPanel.Create(approval, context.Echo).Write(_screen.Error, _screen.ErrorIsTerminal, _screen);
        }
    }

    private void WriteInterruption(RunResult result)
    {
        var resume = context.Echo.For("resume", result.RunId);
        if (result.Failed)
        {
            _screen.Tell($"error: {TerminalText.Prose(result.Interruption ?? "The run failed.")}");
            _screen.Tell($"Nothing is lost. Resume the run with: {resume}");
        }
        else
        {
            _screen.Tell($"Interrupted. Resume the run with: {resume}");
        }
    }

    private void WritePassages(IReadOnlyList<Citation> passages)
    {
        foreach (var passage in passages)
        {
            _screen.Out.WriteLine(Describe(passage));
        }
    }

    private static string AtLimit(string limit, bool shares, string runId) => limit == "loop"
        ? $"Stopped, because it did the same again and again. See what with 'kernelhost runs show {runId}'."
        : $"Stopped at the limit of {limit}. Raise it {(shares ? "under 'limits' in the agent's file or in KernelHost:Budgets ('kernelhost budget' shows what is left)" : "under 'limits' in the agent's file")}, or ask for less at once.";

    /// <summary><c>[1] Late deliveries &gt; Refunds (shipping/late.md)</c>.</summary>
    internal static string Describe(Citation passage)
    {
        var place = string.Join(" > ", new[] { passage.Title, Section(passage) }.Where(part => !string.IsNullOrEmpty(part)));
        var document = string.Join(", ", new[] { passage.Source, Page(passage), Version(passage) }.OfType<string>());
        return TerminalText.Line(place.Length == 0 ? $"[{passage.Number}] {document}" : $"[{passage.Number}] {place} ({document})");
    }

    private static string? Page(Citation passage) => passage.Page is { } page ? string.Create(CultureInfo.InvariantCulture, $"page {page}") : null;

    // The beginning of a hash tells versions apart; all of it is in the JSON.
    private static string? Version(Citation passage) => passage.Version is { Length: > 0 } version ? $"version {(version.Length > ShortVersion ? version[..ShortVersion] : version)}" : null;

    // A document's first heading is its title more often than not: it need not be said twice.
    private static string? Section(Citation passage) => passage switch
    {
        { Section: { } section, Title: { } title } when section == title => null,
        { Section: { } section, Title: { } title } when section.StartsWith(title + " > ", StringComparison.Ordinal) => section[(title.Length + 3)..],
        _ => passage.Section,
    };

    private static string Outcome(CallRecord call) => call switch
    {
        { Failed: { } failed } => CallLine.Error(failed, ResultLimit),
        { Passages: { } count } => Count(count, "passage"),
        _ => ValueText.Result(call.Completed?.Result, ResultLimit),
    };

    private static string Summary(RunResult result)
    {
        var usage = result.Usage;
        return string.Create(CultureInfo.InvariantCulture,
            $"Run {result.RunId}: {Count(usage.Steps, "model call")}, {Count(usage.ToolCalls, "tool call")}, {usage.InputTokens + usage.OutputTokens} tokens, {CallLine.Duration(usage.Active.TotalMilliseconds)}. Continue with --session {result.SessionId}");
    }

    private void Tell(Verbosity verbosity, string line)
    {
        if (context.Options.Verbosity >= verbosity)
        {
            _screen.Tell(line);
        }
    }

    private static string Count(int number, string thing) => string.Create(CultureInfo.InvariantCulture, $"{number} {thing}{(number == 1 ? "" : "s")}");
}
