using KernelHost.Runs.Events;

namespace KernelHost.Runs.Journal;

/// <summary>An append on its way to disk: what is to be written, and the caller that waits for it.</summary>
internal sealed class PendingAppend(
    string sessionId, long expectedSequence, IReadOnlyList<RunEvent> events, (StoredEvent Event, IReadOnlyList<Content> Contents)[] stored, CancellationToken cancellationToken)
{
    // A caller's code never runs on the thread that commits for others.
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string SessionId { get; } = sessionId;

    public long ExpectedSequence { get; } = expectedSequence;

    public IReadOnlyList<RunEvent> Events { get; } = events;

    public (StoredEvent Event, IReadOnlyList<Content> Contents)[] Stored { get; } = stored;

    /// <summary>How much is to be written, about.</summary>
    public long Bytes
    {
        get
        {
            var bytes = 0L;
            foreach (var (stored, contents) in Stored)
            {
                bytes += stored.Payload.Length;
                for (var i = 0; i < contents.Count; i++)
                {
                    bytes += contents[i].Bytes.Length;
                }
            }

            return bytes;
        }
    }

    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Set when the append is refused without having written anything, while others of its group go on.</summary>
    public Exception? Refusal { get; set; }

    public Task Done => _done.Task;

    /// <summary>Tells the caller how it ended.</summary>
    public void Complete(Exception? failure)
    {
        switch (failure ?? Refusal)
        {
            case null:
                _done.SetResult();
                break;
            case OperationCanceledException:
                _done.SetCanceled(CancellationToken);
                break;
            case var exception:
                _done.SetException(exception);
                break;
        }
    }
}
