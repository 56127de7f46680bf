using KernelHost.Runs.Budgets;
using KernelHost.Runs.Compaction;
using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;
using KernelHost.Runs.Provenance;
using Microsoft.Extensions.AI;

namespace KernelHost.Runs.State;

/// <summary>A session folded from its journal: the conversation the model sees and the run that is under way.</summary>
internal sealed class SessionState(string sessionId)
{
    // So much of what untrusted content says is kept to name sources by when a conversation is compacted.
    private const int KeptContents = 64;

    [NotInSnapshot]
    private List<ChatMessage>? _messages = [];

    [NotInSnapshot]
    private List<Citation>? _passages = [];

    [NotInSnapshot]
    private List<SeenContent>? _seen = [];

    // What people have undone since the last run began, in words for the model of the next.
    private readonly List<string> _undone = [];

    public string SessionId { get; } = sessionId;

    /// <summary>The sequence of the last event applied.</summary>
    public long Sequence { get; set; }

    /// <summary>The sequence up to which a snapshot was kept.</summary>
    [NotInSnapshot]
    public long SnapshotSequence { get; set; }

    /// <summary>The messages, instructions first. Grows in place: a round costs the same however long the history is.</summary>
    /// <exception cref="InvalidOperationException">The session was opened without its conversation; <see cref="SessionCache.LoadConversationAsync"/> loads it.</exception>
    public List<ChatMessage> Messages => _messages ?? throw new InvalidOperationException("The conversation of the session has not been loaded.");

    /// <summary>The passages that an answer may cite, those of earlier runs included; number n stands at n - 1.</summary>
    /// <exception cref="InvalidOperationException">As for <see cref="Messages"/>.</exception>
    public IReadOnlyList<Citation> Passages => _passages ?? throw new InvalidOperationException("The passages of the session have not been loaded.");

    /// <summary>What the models of the session have read, with its labels, oldest first.</summary>
    /// <exception cref="InvalidOperationException">As for <see cref="Messages"/>.</exception>
    public IReadOnlyList<SeenContent> Seen => _seen ?? throw new InvalidOperationException("The conversation of the session has not been loaded.");

    /// <summary>How much the models of the session have read.</summary>
    public int SeenCount { get; private set; }

    /// <summary>How many passages are numbered.</summary>
    public int PassageCount { get; private set; }

    /// <summary>Whether the conversation is at hand. A session opened from a snapshot is without it until somebody needs it.</summary>
    public bool HasConversation => _messages is not null;

    /// <summary>How many tokens the next model call will send.</summary>
    public InputEstimate Input { get; } = new();

    /// <summary>Who has the conversation now, by who gave it away. Never holds who has it.</summary>
    private readonly Dictionary<string, string> _handedTo = new(StringComparer.Ordinal);

    /// <summary>The join over all requests and results of the session: how far what its model reads may be trusted.</summary>
    public Integrity Integrity { get; private set; }

    /// <summary>The latest run.</summary>
    public RunState? Run { get; private set; }

    /// <summary>Where the session was forked from.</summary>
    public SessionForked? Origin { get; private set; }

    public void Apply(RunEvent runEvent)
    {
        Sequence = runEvent.Sequence;
        Input.Apply(runEvent);
        Integrity = Labels.Join(Integrity, Labels.Of(runEvent));
        switch (runEvent)
        {
            case TextForgotten or CompensationStarted or CompensationFailed:
                return;
            case SessionForked forked:
                Origin = forked;
                return;
            case RunStarted started:
                Begin(started);
                return;
            // Whichever run of the session it was: the next one must not build on what is not so any more.
            case CompensationCompleted undone:
                _undone.Add(UndoneCall.Describe(undone));
                return;
        }

        if (Run is not { } run || run.RunId != runEvent.RunId)
        {
            return;
        }

        if (runEvent is MessagesDelivered delivered)
        {
            Hear(run, delivered.Count);
        }

        run.Apply(runEvent, SeenCount);
        switch (runEvent)
        {
            case ModelReplied replied when replied.Calls.Count > 0 || !string.IsNullOrWhiteSpace(replied.Text):
                _messages?.Add(ReplyMessage(replied));
                break;
            case CallCompleted or CallFailed:
                if (runEvent is CallCompleted { Passages: { Count: > 0 } passages })
                {
                    _passages?.AddRange(passages);
                    PassageCount += passages.Count;
                }

                See((CallEvent)runEvent, run);
                CloseRound(run);
                break;
            case HistoryCompacted compacted when _messages is not null:
                History.Compact(_messages, compacted.UpTo, compacted.Summary, run.Started.Request);
                LetGo();
                break;
            // Providers refuse a conversation that holds an empty message.
            case RunCompleted completed when string.IsNullOrWhiteSpace(run.FinalText) && !string.IsNullOrWhiteSpace(completed.Answer):
                _messages?.Add(new ChatMessage(ChatRole.Assistant, completed.Answer));
                break;
            // What was taken out of an answer, or withheld, is not repeated in the next.
            case RunCompleted { Grounding: not null } completed when _messages is [.., { Text: var said } last] && last.Role == ChatRole.Assistant && said == run.FinalText && said != completed.Answer:
                _messages[^1] = new ChatMessage(ChatRole.Assistant, completed.Answer);
                break;
            // The next request follows an answer, as providers want it, and the model learns why there was none.
            case RunCancelled cancelled when string.IsNullOrWhiteSpace(run.FinalText):
                _messages?.Add(new ChatMessage(ChatRole.Assistant, RunCancellation.Describe(cancelled)));
                break;
        }
    }

    /// <summary>The agent that answers when this one is asked: the one it has handed the conversation to, else itself.</summary>
    public string AgentFor(string asked)
    {
        while (_handedTo.TryGetValue(asked, out var next))
        {
            asked = next;
        }

        return asked;
    }

    /// <summary>Takes over the conversation of the same session, folded to the same event from its beginning.</summary>
    public void TakeConversation(SessionState whole) => (_messages, _passages, _seen) = (whole._messages, whole._passages, whole._seen);

    private void Begin(RunStarted started)
    {
        // What was said to the run before, too late for its model, is read with this request.
        if (Run is { Messages.Count: > 0 and var unheard } before)
        {
            Hear(before, unheard);
        }

        foreach (var undone in _undone)
        {
            _messages?.Add(new ChatMessage(ChatRole.User, undone));
        }

        _undone.Clear();
        See(started);
        Run = new RunState(started, Integrity);
        if (started.PassagesBefore is null)
        {
            _passages?.Clear();
            PassageCount = 0;
        }

        if (_messages is not null)
        {
            Begin(_messages, started);
        }
    }

    private static void Begin(List<ChatMessage> messages, RunStarted started)
    {
        var instructions = new ChatMessage(ChatRole.System, started.Instructions);
        if (messages.Count == 0)
        {
            messages.Add(instructions);
        }
        else
        {
            messages[0] = instructions;
        }

        messages.Add(new ChatMessage(ChatRole.User, started.Request));
    }

    private void Hear(RunState run, int count)
    {
        for (var i = 0; i < Math.Min(count, run.Messages.Count); i++)
        {
            See(new SeenContent(SeenOrigin.Words, Integrity.Trusted, run.Messages[i].Text));
            _messages?.Add(new ChatMessage(ChatRole.User, run.Messages[i].Text));
        }
    }

    private void See(RunStarted started)
    {
        foreach (var words in started.UserWords ?? [])
        {
            See(new SeenContent(SeenOrigin.Words, Integrity.Trusted, words));
        }

        See(new SeenContent(SeenOrigin.Words, Labels.Of(started), started.Request));
    }

    // What the host says itself of a call that was not made, or failed, can be anybody's words and vouches for nothing.
    private void See(CallEvent ended, RunState run)
    {
        if (ended is CallCompleted or CallFailed { Integrity: not null } && run.Find(ended.CallId) is { } call)
        {
            var isLaundered = _seen is not null && Labels.Of(ended) != Integrity.Untrusted && call is { Integrity: Integrity.Untrusted, Edited: null }
                && !new ReadContent(_seen, call.Seen).VouchesForAll(call.Call.Arguments);
            See(new SeenContent(SeenOrigin.Result, isLaundered ? Integrity.Untrusted : Labels.Of(ended), (ended as CallCompleted)?.Result ?? (ended as CallFailed)?.Error, call.CallId, call.Tool ?? call.Call.Name));
        }
    }

    // A compacted conversation does not hold its old results any more. That they were read, and that what vouches for values was, is still known.
    private void LetGo()
    {
        for (var i = 0; i < _seen!.Count - KeptContents; i++)
        {
            if (_seen[i].Integrity == Integrity.Untrusted)
            {
                _seen[i] = _seen[i] with { Value = null };
            }
        }
    }

    private void See(in SeenContent content)
    {
        SeenCount++;
        _seen?.Add(content);
    }

    private static ChatMessage ReplyMessage(ModelReplied replied)
    {
        if (replied.Calls.Count == 0)
        {
            return new ChatMessage(ChatRole.Assistant, replied.Text);
        }

        List<AIContent> contents = new(replied.Calls.Count + 1);
        if (replied.Text.Length > 0)
        {
            contents.Add(new TextContent(replied.Text));
        }

        for (var i = 0; i < replied.Calls.Count; i++)
        {
            var call = replied.Calls[i];
            contents.Add(new FunctionCallContent(call.ModelCallId, call.Name, call.Arguments));
        }

        return new ChatMessage(ChatRole.Assistant, contents);
    }

    // Every provider wants all results of a reply directly behind it, so they enter the conversation together.
    private void CloseRound(RunState run)
    {
        foreach (var call in run.OpenCalls)
        {
            if (!call.Closed)
            {
                return;
            }
        }

        if (_messages is not null)
        {
            List<AIContent> results = new(run.OpenCalls.Count);
            foreach (var call in run.OpenCalls)
            {
                results.Add(new FunctionResultContent(call.Call.ModelCallId, HintedResult.Create(call.Result, call.Hint)));
            }

            _messages.Add(new ChatMessage(ChatRole.Tool, results));
        }

        run.OpenCalls.Clear();
        if (run.Next is { } handed)
        {
            run.TakeOver();
            _handedTo[handed.From] = handed.To;
            _handedTo.Remove(handed.To);
            if (_messages is not null)
            {
                _messages[0] = new ChatMessage(ChatRole.System, handed.Instructions);
            }
        }
    }
}
