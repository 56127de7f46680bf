using KernelHost.Models.Offline.Answers;
using KernelHost.Models.Offline.Language;
using Microsoft.Extensions.AI;

namespace KernelHost.Models.Offline.History;

/// <summary>What the messages of a request hold: what the user asks now and asked before, and the calls with their results.</summary>
internal sealed class Conversation
{
    private readonly Dictionary<string, PastCall> _open = new(StringComparer.Ordinal);
    private readonly List<string> _userTexts = [];

    private Conversation()
    {
    }

    /// <summary>The last thing the user said; empty when the user said nothing.</summary>
    public string Text => _userTexts.Count > 0 ? _userTexts[^1] : "";

    /// <summary>What the user said before, oldest first.</summary>
    public IReadOnlyList<string> EarlierTexts => _userTexts.Count > 1 ? _userTexts.GetRange(0, _userTexts.Count - 1) : [];

    /// <summary>What was answered to the message before this one.</summary>
    public string LastAnswer { get; private set; } = "";

    /// <summary>All calls, oldest first.</summary>
    public List<PastCall> Calls { get; } = [];

    /// <summary>The number of the current user message.</summary>
    public int Turn => _userTexts.Count - 1;

    /// <summary>The day that a system message calls today.</summary>
    public DateOnly? Today { get; private set; }

    /// <summary>Whether a system message says how to tell that nothing was found.</summary>
    public bool SaysNotFound { get; private set; }

    public static Conversation Read(IEnumerable<ChatMessage> messages)
    {
        var conversation = new Conversation();
        foreach (var message in messages)
        {
            conversation.Add(message);
        }

        return conversation;
    }

    private void Add(ChatMessage message)
    {
        if (message.Role == ChatRole.System)
        {
            Today ??= Dates.Today(message.Text);
            SaysNotFound |= message.Text.Contains(AnswerComposer.NotFound, StringComparison.Ordinal);
            return;
        }

        if (message.Role == ChatRole.User)
        {
            _userTexts.Add(message.Text);
            return;
        }

        foreach (var content in message.Contents)
        {
            switch (content)
            {
                case FunctionCallContent call:
                    var past = new PastCall(call, Turn);
                    Calls.Add(past);
                    _open[call.CallId] = past;
                    break;
                case FunctionResultContent result when _open.TryGetValue(result.CallId, out var called):
                    called.Answer = result;
                    break;
                case TextContent text when message.Role == ChatRole.Assistant && !string.IsNullOrWhiteSpace(text.Text):
                    LastAnswer = text.Text;
                    break;
            }
        }
    }
}
