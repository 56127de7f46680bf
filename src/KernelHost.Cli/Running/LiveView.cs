using System.Globalization;
using System.Text;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Runs;
using KernelHost.Runs.Events;

namespace KernelHost.Cli.Running;

/// <summary>
/// Shows a run while it runs. Tool calls are lines on standard error. On a terminal the model's words appear as it writes them; a
/// pipe gets the finished answer only, because words before a tool call are not part of it.
/// </summary>
internal sealed class LiveView(Screen screen, Verbosity verbosity, bool streams, RunTranscript transcript) : RunObserver
{
    private readonly StringBuilder _streamed = new();
    private string _held = "";
    private bool _midLine;

    public RunTranscript Transcript { get; private set; } = transcript;

    public override ValueTask OnTextAsync(string text, CancellationToken cancellationToken)
    {
        if (streams)
        {
            _streamed.Append(text);
            Write(text);
        }

        return ValueTask.CompletedTask;
    }

    public override ValueTask OnRestartAsync(CancellationToken cancellationToken)
    {
        EndLine();
        _streamed.Clear();
        screen.Tell("· the model broke off; another begins anew");
        return ValueTask.CompletedTask;
    }

    public override ValueTask OnEventAsync(RunEvent runEvent)
    {
        var call = Transcript.Add(runEvent);
        if (runEvent is ModelReplied replied)
        {
            EndOfReply(replied);
        }

        if (runEvent is MessageAdded message && verbosity >= Verbosity.Normal)
        {
            // What the model was saying is not the answer any more.
            EndLine();
            _streamed.Clear();
            screen.Tell(TerminalText.Line($"· message from {message.By}: {message.Text.ReplaceLineEndings(" ")}", 400));
        }

        if (call is not null && verbosity >= Verbosity.Normal && CallLine.For(call, runEvent) is { } line)
        {
            screen.Tell(line);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Takes in what was recorded while nothing ran: people's answers, and what they changed.</summary>
    public void CatchUp(RunTranscript recorded) => Transcript = recorded;

    /// <summary>Whether this answer stands on the screen already.</summary>
    public bool HasShown(string answer)
    {
        EndLine();
        return _streamed.Length > 0 && _streamed.ToString() == answer;
    }

    /// <summary>Whether some text stands on the screen that was to become the answer.</summary>
    public bool HasStreamed => _streamed.Length > 0;

    /// <summary>Ends a line that was left open by an answer that broke off.</summary>
    public void EndLine()
    {
        if (_held.Length > 0)
        {
            screen.Out.Write(TerminalText.Prose(_held));
            _held = "";
            _midLine = true;
        }

        if (_midLine)
        {
            screen.Out.WriteLine();
            _midLine = false;
        }

        screen.Out.Flush();
    }

    private void EndOfReply(ModelReplied replied)
    {
        if (replied.Calls.Count > 0)
        {
            EndLine();
            _streamed.Clear();
        }

        if (verbosity >= Verbosity.Detailed)
        {
            screen.Tell(string.Create(CultureInfo.InvariantCulture,
                $"· model call {replied.Step}{(replied.Model is null ? "" : $", {TerminalText.Line(replied.Model, 80)}")}: {replied.InputTokens} tokens in, {replied.OutputTokens} out, {CallLine.Duration(replied.DurationMs)}"));
        }
    }

    // A character may come in two pieces, and so may a line break; the first waits for the second.
    private void Write(string text)
    {
        text = _held + text;
        _held = text.Length > 0 && (char.IsHighSurrogate(text[^1]) || text[^1] == '\r') ? text[^1..] : "";
        text = TerminalText.Prose(text[..^_held.Length]);
        if (text.Length > 0)
        {
            screen.Out.Write(text);
            screen.Out.Flush();
            _midLine = text[^1] != '\n';
        }
    }
}
