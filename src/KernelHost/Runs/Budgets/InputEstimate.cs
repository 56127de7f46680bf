using KernelHost.Runs.Effects;
using KernelHost.Runs.Events;

namespace KernelHost.Runs.Budgets;

/// <summary>
/// How many tokens the next model call of a session will send, folded event by event: a step costs the same however long the history
/// is. Begins anew at each reply with what the provider counted, so that only what has come since is a guess.
/// </summary>
internal sealed class InputEstimate
{
    private long _counted;
    private long _since;

    /// <summary>The provider's count includes the tools that were offered.</summary>
    public bool IncludesTools { get; private set; }

    public long Tokens => _counted + _since;

    public void Apply(RunEvent runEvent)
    {
        switch (runEvent)
        {
            case RunStarted started:
                // Instructions stand in the conversation once; after the first reply they have been counted.
                _since += TokenCount.OfMessage(TokenCount.Bytes(started.Request))
                    + (IncludesTools || _since > 0 ? 0 : TokenCount.OfMessage(TokenCount.Bytes(started.Instructions)));
                break;
            case ModelReplied { Estimated: not true, InputTokens: > 0 } replied:
                (_counted, _since, IncludesTools) = (replied.InputTokens + replied.OutputTokens, 0, true);
                break;
            case ModelReplied replied:
                _since += TokenCount.OfReply(replied.Text, replied.Calls);
                break;
            case HistoryCompacted compacted:
                (_counted, _since, IncludesTools) = (0, compacted.Kept, false);
                break;
            case MessageAdded added:
                _since += TokenCount.OfMessage(TokenCount.Bytes(added.Text));
                break;
            case CompensationCompleted undone:
                _since += TokenCount.OfMessage(TokenCount.Bytes(UndoneCall.Describe(undone)));
                break;
            case CallCompleted completed:
                _since += TokenCount.OfMessage(TokenCount.Bytes(completed.Result));
                break;
            case CallFailed failed:
                _since += TokenCount.OfMessage(TokenCount.Bytes(failed.Error));
                break;
        }
    }
}
