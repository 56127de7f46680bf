using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;

namespace KernelHost.Runs.Replay;

/// <summary>
/// The journal a replay writes to. People's answers appear in it where they were recorded, through the same conflict by which a
/// running process learns of them, and where the recorded process died nothing more is written.
/// </summary>
internal sealed class ReplayJournal(RunRecording recording, string sessionId) : DelegatingJournalStore(new MemoryJournal())
{
    private RecordedSegment _segment = recording.Segments[0];
    private int _given;

    /// <summary>How many events the session holds.</summary>
    public long Length { get; private set; }

    /// <summary>How many own events of the segment have been written.</summary>
    public int Own { get; private set; }

    /// <summary>Set when nothing more can be replayed: nothing more is written.</summary>
    public ReplayEndException? End { get; set; }

    /// <summary>How many calls the last unit announced.</summary>
    public int Announced { get; private set; }

    /// <summary>Told after each unit.</summary>
    public Action? OnAppended { get; set; }

    public void Begin(RecordedSegment segment) => (_segment, Own, _given, End) = (segment, 0, 0, null);

    /// <summary>Writes what stands in the session before the run.</summary>
    public async ValueTask PreloadAsync()
    {
        if (recording.Before.Count > 0)
        {
            await base.AppendAsync(sessionId, 0, recording.Before, CancellationToken.None);
            Length = recording.Before.Count;
        }
    }

    /// <summary>Writes the answers that were given after the process had let go.</summary>
    public ValueTask EndAsync() => GiveInputAsync(_segment.Own.Count);

    public override async ValueTask AppendAsync(
        string sessionId, long expectedSequence, IReadOnlyList<RunEvent> events, CancellationToken cancellationToken)
    {
        if (End is not null)
        {
            throw End;
        }

        await GiveInputAsync(Own);
        var room = _segment.End is null ? Math.Min(events.Count, _segment.Own.Count - Own) : events.Count;
        if (room > 0)
        {
            await base.AppendAsync(sessionId, expectedSequence, room == events.Count ? events : [.. events.Take(room)], cancellationToken);
            Length += room;
            Own += room;
            Announced = events.Count(static runEvent => runEvent is CallStarted);
        }

        if (room < events.Count)
        {
            throw new ReplayEndException();
        }

        OnAppended?.Invoke();
    }

    /// <summary>Writes the input that came before the next own event: the running process saw it there without writing anything.</summary>
    public ValueTask GiveInputAsync() => GiveInputAsync(Own);

    private async ValueTask GiveInputAsync(int own)
    {
        for (; _given <= own; _given++)
        {
            foreach (var input in _segment.InputsBefore(_given))
            {
                await base.AppendAsync(sessionId, Length, [input is ApprovalInput said ? await ReaddressAsync(said) : input], CancellationToken.None);
                Length++;
            }
        }
    }

    // A person answered what was shown then. Where the replay shows something else the same answer is given to it, so that the
    // replay goes on and shows every decision that differs, not only the first.
    private async ValueTask<ApprovalInput> ReaddressAsync(ApprovalInput said)
    {
        var recorded = recording.Events.OfType<ApprovalRequested>().FirstOrDefault(question => question.ApprovalId == said.ApprovalId)?.Digest;
        var replayed = (await FindApprovalAsync(said.ApprovalId, CancellationToken.None))?.Digest;
        return replayed is null || replayed == recorded ? said : said switch
        {
            ApprovalDecided answer when answer.Digest == recorded => new ApprovalDecided
            {
                RunId = answer.RunId,
                Time = answer.Time,
                ApprovalId = answer.ApprovalId,
                Answer = answer.Answer,
                DecidedBy = answer.DecidedBy,
                Reason = answer.Reason,
                Response = answer.Response,
                Roles = answer.Roles,
                SelfApproved = answer.SelfApproved,
                Digest = replayed,
            },
            ApprovalEdited edited when edited.Replaces == recorded => new ApprovalEdited
            {
                RunId = edited.RunId,
                Time = edited.Time,
                ApprovalId = edited.ApprovalId,
                Arguments = edited.Arguments,
                EditedBy = edited.EditedBy,
                Replaces = replayed,
                Digest = edited.Digest,
                Terms = edited.Terms,
                Rule = edited.Rule,
                RuleVersion = edited.RuleVersion,
                Roles = edited.Roles,
                SelfApproved = edited.SelfApproved,
            },
            _ => said,
        };
    }
}
