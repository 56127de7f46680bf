using KernelHost.Policy;
using KernelHost.Runs.Approvals;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Text;

namespace KernelHost.Runs;

/// <summary>
/// Where humans answer what runs ask. An answer is an event in the session's journal; it needs no running run. Whose word counts is for
/// <see cref="Settings"/> and the question's terms to say; that somebody is who he says is for the caller to know. Safe for concurrent use.
/// </summary>
public sealed class ApprovalDesk(JournalStore journal, TimeProvider? clock = null)
{
    private const int Attempts = 16;
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;

    /// <summary>Who may answer.</summary>
    /// <value>Everybody, whoever asked: a host for one person.</value>
    public ApprovalSettings Settings { get; init; } = new();

    /// <summary>Finds the tools and policies against which changed arguments are checked.</summary>
    /// <value><see langword="null"/>: arguments cannot be changed.</value>
    public AgentBinder? Agents { get; init; }

    /// <summary>Answers a question.</summary>
    /// <param name="approvalId">The question.</param>
    /// <param name="answer">One that fits its kind.</param>
    /// <param name="decidedBy">Who answers.</param>
    /// <param name="reason">Why; the model learns it when the answer is no.</param>
    /// <param name="cancellationToken">Cancels before anything is written.</param>
    /// <returns>The approval as it stands now.</returns>
    /// <exception cref="RunException">There is no such question, it is closed, the answer does not fit it, or this person may not answer it.</exception>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    public Task<ApprovalSummary> AnswerAsync(
        string approvalId, ApprovalAnswer answer, string decidedBy, string? reason, CancellationToken cancellationToken = default) =>
        AnswerAsync(new ApprovalReply(approvalId, answer, decidedBy) { Reason = reason }, cancellationToken);

    /// <summary>Answers a question.</summary>
    /// <param name="reply">What is said, and by whom.</param>
    /// <param name="cancellationToken">Cancels before anything is written.</param>
    /// <returns>The approval as it stands now; still pending when more people must say yes.</returns>
    /// <exception cref="RunException">There is no such question, it is closed, the answer does not fit it, or this person may not answer it.</exception>
    /// <exception cref="Agents.AgentException">Arguments were changed and the agent does not exist any more.</exception>
    /// <exception cref="JournalException">The journal cannot be written.</exception>
    public async Task<ApprovalSummary> AnswerAsync(ApprovalReply reply, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reply);
        for (var attempt = 1; ; attempt++)
        {
            // The journal first, then the question: if it was answered or became void in between, the second look tells; if it is
            // from now on, the journal is longer than what was seen and takes no answer.
            var asked = await ReadAsync(await FindAsync(reply.ApprovalId, cancellationToken), cancellationToken);
            var approval = await FindAsync(reply.ApprovalId, cancellationToken);
            var now = _clock.GetUtcNow();
            if (approval.IsOverdue(now))
            {
                await ExpireAsync(approval, asked, now, cancellationToken);
                throw new RunException(ApprovalRefusal.Closed(approval, now)!);
            }

            var person = await IdentifyAsync(reply.DecidedBy, approval, asked, cancellationToken);
            var events = await new ReplyEvents(reply, approval, asked.Run, person, now, Settings, Agents).CreateAsync(cancellationToken);
            if (await TryAppendAsync(approval, asked, events, attempt, cancellationToken))
            {
                return (await journal.FindApprovalAsync(reply.ApprovalId, cancellationToken))!;
            }
        }
    }

    /// <summary>Why this person may not answer this question now; <see langword="null"/> when he may.</summary>
    /// <param name="approval">The question.</param>
    /// <param name="name">The person.</param>
    /// <param name="cancellationToken">Cancels the look into the journal.</param>
    public async Task<string?> ExplainRefusalAsync(ApprovalSummary approval, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(approval);
        try
        {
            var person = await IdentifyAsync(name, approval, await ReadAsync(approval, cancellationToken), cancellationToken);
            var now = _clock.GetUtcNow();
            return ApprovalRefusal.Closed(approval, now) ?? ApprovalRefusal.OfPerson(approval, name, person.Roles, person.IsRequester, now);
        }
        catch (RunException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>What would be remembered, to be shown in full before it is.</summary>
    /// <param name="reply">The answer with which it would be.</param>
    /// <param name="cancellationToken">Cancels the look into the journal.</param>
    /// <exception cref="RunException">It cannot be remembered.</exception>
    public async Task<RememberedApproval> PreviewAsync(ApprovalReply reply, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reply);
        var approval = await FindAsync(reply.ApprovalId, cancellationToken);
        var asked = await ReadAsync(approval, cancellationToken);
        var person = await IdentifyAsync(reply.DecidedBy, approval, asked, cancellationToken);
        var events = await new ReplyEvents(reply, approval, asked.Run, person, _clock.GetUtcNow(), Settings, Agents).CreateAsync(cancellationToken);
        return events.OfType<ApprovalRemembered>().SingleOrDefault()?.Remembered ?? throw new ArgumentException("The reply asks to remember nothing.", nameof(reply));
    }

    /// <summary>Takes back a remembered approval.</summary>
    /// <param name="rememberedId">Which one.</param>
    /// <param name="revokedBy">Who takes it back.</param>
    /// <param name="cancellationToken">Cancels before anything is written.</param>
    /// <exception cref="RunException">There is none of this id, or this person is no approver.</exception>
    public async Task RevokeAsync(string rememberedId, string revokedBy, CancellationToken cancellationToken = default)
    {
        var all = await journal.ListRememberedAsync(new RememberedFilter(), cancellationToken);
        var remembered = all.FirstOrDefault(one => one.RememberedId == rememberedId)
            ?? throw new RunException($"There is no remembered approval '{VisibleText.Escape(rememberedId)}'. List them with 'kernelhost approvals rules list'.");
        if (Settings.Approvers.Any && Settings.Approvers.Find(revokedBy) is null)
        {
            throw NoApprover(revokedBy);
        }

        for (var attempt = 1; ; attempt++)
        {
            var origin = await journal.FindApprovalAsync(remembered.ApprovalId, cancellationToken)
                ?? throw new RunException($"The approval '{remembered.ApprovalId}', with which '{rememberedId}' was remembered, is not in the journal any more. It ends by itself at {remembered.ExpiresAt:u}.");
            var asked = await ReadAsync(origin, cancellationToken);
            var revoked = new RememberedRevoked { RunId = origin.RunId, RememberedId = rememberedId, RevokedBy = revokedBy, Time = _clock.GetUtcNow() };
            if (await TryAppendAsync(origin, asked, [revoked], attempt, cancellationToken))
            {
                return;
            }
        }
    }

    private async ValueTask<ApprovalSummary> FindAsync(string approvalId, CancellationToken cancellationToken) =>
        await journal.FindApprovalAsync(approvalId, cancellationToken)
            ?? throw new RunException($"There is no approval '{VisibleText.Escape(approvalId)}'. List the open ones with 'kernelhost approvals list'.");

    private async ValueTask<AskedRun> ReadAsync(ApprovalSummary approval, CancellationToken cancellationToken) => new(
        await journal.FindRunAsync(approval.RunId, cancellationToken)
            ?? throw new RunException($"The journal does not hold the run '{approval.RunId}', so its questions cannot be answered."),
        await journal.LastSequenceAsync(approval.SessionId, cancellationToken));

    // Whoever a run works for is never the one who approves; neither is whoever the runs above it work for.
    private async ValueTask<ApproverIdentity> IdentifyAsync(string name, ApprovalSummary approval, AskedRun asked, CancellationToken cancellationToken)
    {
        var approver = Settings.Approvers.Find(name);
        if (Settings.Approvers.Any && approver is null)
        {
            throw NoApprover(name);
        }

        var isRequester = false;
        for (var run = asked.Run; run is not null && !isRequester; run = run.ParentRunId is { } above ? await journal.FindRunAsync(above, cancellationToken) : null)
        {
            isRequester = string.Equals(name, run.Principal, StringComparison.OrdinalIgnoreCase);
        }

        return isRequester && Settings.Approvers.Any
            ? throw new RunException($"'{VisibleText.Escape(name)}' asked for what approval '{approval.ApprovalId}' is about, and whoever asks is never the one who approves. Somebody else must answer.")
            : new ApproverIdentity(approver?.Roles, isRequester);
    }

    private async ValueTask ExpireAsync(ApprovalSummary approval, AskedRun asked, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await journal.AppendAsync(approval.SessionId, asked.Sequence, [new ApprovalExpired { RunId = approval.RunId, ApprovalId = approval.ApprovalId, Time = now }], cancellationToken);
        }
        catch (JournalConflictException)
        {
            // The run goes on meanwhile and notices by itself.
        }
    }

    private async ValueTask<bool> TryAppendAsync(
        ApprovalSummary approval, AskedRun asked, IReadOnlyList<RunEvent> events, int attempt, CancellationToken cancellationToken)
    {
        try
        {
            await journal.AppendAsync(approval.SessionId, asked.Sequence, events, cancellationToken);
            return true;
        }
        catch (JournalConflictException) when (attempt < Attempts)
        {
            // The run went on with other calls meanwhile, or somebody else answered: look again.
            return false;
        }
    }

    private static RunException NoApprover(string name) =>
        new($"'{VisibleText.Escape(name)}' is no approver on this host. Approvers are listed in KernelHost:Approvers.");

    private sealed record AskedRun(RunSummary Run, long Sequence);
}
